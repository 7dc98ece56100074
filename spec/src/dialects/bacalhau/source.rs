//! Where inputs come from.

use super::spec_config::SpecConfig;
use super::{environment, s3, secret};
use crate::decode::{
    At, Config, Context, Field, Fields, Kind, Object, Shape, Unknown, no_effect_yet, unknown_word,
};
use crate::model::{CreateAs, InlineContent, Located, Source, Value};
use crate::units::{self, DataUrlFault};
use crate::{Code, Diagnostic};

pub(super) static SOURCE: Config = Config::new(
    "a source",
    &[
        Kind::new("local", "A file or folder of the host.").params(&LOCAL),
        Kind::new("localDirectory", "A file or folder of the host.").params(&LOCAL),
        Kind::new("inline", "Content that the job file itself holds.").params(&INLINE),
        Kind::new("urlDownload", "A web address.").params(&URL),
        Kind::new("s3", "Objects of an S3 bucket.").params(&s3::S3),
        Kind::new("s3PreSigned", "A web address that carries its own permission.").params(&s3::PRE_SIGNED),
        Kind::new("ipfs", "Content-addressed data of IPFS.").params(&IPFS),
        Kind::new("noop", "Gives nothing."),
    ],
);

static LOCAL: Object = Object {
    what: "a local source",
    fields: &[
        Field::new("SourcePath")
            .shape(Shape::Filled)
            .doc("The file or folder. Relative paths start at the job file's folder.")
            .required()
            .examples(&["./data"]),
        Field::new("ReadWrite")
            .shape(Shape::Boolean)
            .doc("Whether the guest may write to it; this needs a grant of the host.")
            .default("false"),
        Field::new("CreateAs")
            .shape(Shape::Words(&CREATE))
            .doc("What to make where nothing is there.")
            .default("noCreate"),
    ],
    unknown: Unknown::Skipped,
};

static CREATE: [(&str, CreateAs); 3] =
    [("noCreate", CreateAs::Nothing), ("dir", CreateAs::Folder), ("file", CreateAs::File)];

static INLINE: Object = Object {
    what: "an inline source",
    fields: &[
        Field::new("URL")
            .shape(Shape::DataUrl)
            .doc("The content as a data URL. `application/gzip` is an archive that is unpacked.")
            .either("Content")
            .examples(&["data:text/plain;base64,SGVsbG8="]),
        Field::new("Content").shape(Shape::StrictText).doc("The content as text.").either("URL"),
    ],
    unknown: Unknown::Skipped,
};

static URL: Object = Object {
    what: "a source of type `urlDownload`",
    fields: &[
        Field::new("URL")
            .shape(Shape::WebAddress)
            .doc("The address.")
            .required()
            .examples(&["https://example.com/data.csv"]),
        Field::new("Headers").shape(Shape::Map(&Shape::StrictText)).doc("Headers sent with the request."),
    ],
    unknown: Unknown::Skipped,
};

static IPFS: Object = Object {
    what: "a source of type `ipfs`",
    fields: &[
        Field::new("CID").shape(Shape::Filled).doc("The content identifier.").required(),
        Field::new("Gateway").shape(Shape::WebAddress).doc("The gateway to fetch it from.").blank(),
    ],
    unknown: Unknown::Skipped,
};

/// Lowers a source; none where it is wrong, or of type `noop`, which gives nothing.
pub(super) fn lower(at: &At<'_>, context: &mut Context<'_>) -> Option<Located<Source>> {
    let spec = SpecConfig::open(at, &SOURCE, context)?;
    let source = match spec.kind.as_str() {
        "local" | "localdirectory" => local(&spec, context)?,
        "inline" => inline(&spec, context)?,
        "urldownload" => url(&spec, context)?,
        "ipfs" => ipfs(&spec, context)?,
        "s3" => s3::source(&spec, context)?,
        "s3presigned" => s3::pre_signed(&spec, context)?,
        "noop" => {
            context.report(no_effect_yet(at).help("a source of type `noop` gives nothing; remove the input"));
            return None;
        }
        "" => {
            let says = "invalid input sources: invalid input source: missing spec type";
            spec.missing_kind(says, context);
            return None;
        }
        kind => {
            let says = format!("no matching key found on this server: {kind}.");
            context.report(unknown_word(&spec.at, kind, SOURCE.names()).bacalhau_says(says));
            return None;
        }
    };
    Some(at.locate(source))
}

/// A text that can't be missing or empty, as a value.
pub(super) fn value(fields: &Fields<'_>, field: &str, context: &mut Context<'_>) -> Option<Located<Value>> {
    filled(fields, field, "", context)
}

/// The same, with Bacalhau's words for where it is missing or empty.
pub(super) fn filled(
    fields: &Fields<'_>,
    field: &str,
    says: &str,
    context: &mut Context<'_>,
) -> Option<Located<Value>> {
    let at = fields.require(field, says, context)?;
    let text = context.string(&at)?;
    if text.value.trim().is_empty() || text.value.contains('\0') {
        let message = format!("{} is not empty and holds no NUL character", at.name());
        let diagnostic = Diagnostic::error(Code::BadName, at.span(), message);
        context.report(if says.is_empty() { diagnostic } else { diagnostic.bacalhau_says(says) });
        return None;
    }
    Some(text.map(Value::Text))
}

/// A web address.
pub(super) fn address(fields: &Fields<'_>, field: &str, context: &mut Context<'_>) -> Option<Located<Value>> {
    let at = fields.require(field, "", context)?;
    let text = context.string(&at)?;
    let lower = text.value.trim().to_ascii_lowercase();
    let rest = lower.strip_prefix("http://").or_else(|| lower.strip_prefix("https://"));
    if rest.is_none_or(|rest| rest.is_empty() || rest.starts_with('/')) {
        let message = format!("{} is no address of the web", at.name());
        let help = "it starts with `http://` or `https://` and names a host";
        context.report(Diagnostic::error(Code::BadUrl, at.span(), message).help(help));
        return None;
    }
    secret::check(&text.value, &at, context);
    Some(text.map(|text| Value::Text(text.trim().to_owned())))
}

fn local(spec: &SpecConfig<'_>, context: &mut Context<'_>) -> Option<Source> {
    let fields = spec.params(&LOCAL, context)?;
    let path = value(&fields, "SourcePath", context);
    let read_write = fields.get("ReadWrite").and_then(|at| context.boolean(&at));
    let create = fields.get("CreateAs").and_then(|at| create_as(&at, &fields, read_write.as_ref(), context));
    let create = create.unwrap_or_default();
    Some(Source::Local { path: path?, read_write, create })
}

fn create_as(
    at: &At<'_>,
    fields: &Fields<'_>,
    read_write: Option<&Located<bool>>,
    context: &mut Context<'_>,
) -> Option<CreateAs> {
    let text = context.text(at)?;
    let Some((_, create)) = CREATE.iter().find(|(word, _)| word.eq_ignore_ascii_case(text.trim())) else {
        let says = format!("invalid CreateAs value {text}");
        context.report(unknown_word(at, text, CREATE.iter().map(|(word, _)| *word)).bacalhau_says(says));
        return None;
    };
    // A truth value that is none was told about.
    let read_only = read_write.map_or(fields.get("ReadWrite").is_none(), |read_write| !read_write.value);
    if *create != CreateAs::Nothing && read_only {
        let message = format!("{} has no effect: nothing is made where nothing may be written", at.name());
        let help = "write `ReadWrite: true` beside it";
        context.report(Diagnostic::warning(Code::Ineffective, at.span(), message).help(help));
    }
    Some(*create)
}

fn inline(spec: &SpecConfig<'_>, context: &mut Context<'_>) -> Option<Source> {
    let fields = spec.params(&INLINE, context)?;
    let (url, content) = match (fields.get("URL"), fields.get("Content")) {
        (Some(url), Some(content)) => {
            let message = "an inline source has both `URL` and `Content`";
            context.report(
                Diagnostic::error(Code::Conflict, content.span(), message)
                    .related(url.span(), "the other one"),
            );
            return None;
        }
        (url, content) => (url, content),
    };
    if let Some(content) = content {
        let text = context.strict_text(&content)?;
        secret::check(&text, &content, context);
        return if text.len() > units::INLINE_MOST {
            too_large(&content, context)
        } else {
            Some(Source::Inline(InlineContent { bytes: text.into_owned().into_bytes(), archive: false }))
        };
    }
    let neither = |missing: Diagnostic| missing.help("`URL` takes a data URL, `Content` takes text");
    let url = url.or_else(|| fields.missing("URL", neither, context))?;
    data_url(&url, context)
}

/// The content of a data URL.
pub(super) fn data_url(url: &At<'_>, context: &mut Context<'_>) -> Option<Source> {
    match units::data_url(context.text(url)?) {
        Ok(data) => {
            if let Some(mark) = data.mark {
                let span = context.part(url.node, mark..mark + 1);
                let message = format!("a `#` in {}: other readers drop it and what follows", url.name());
                context.report(Diagnostic::warning(Code::FragmentMark, span, message).help("write `%23`"));
            }
            Some(Source::Inline(InlineContent { bytes: data.bytes, archive: data.gzip }))
        }
        Err(DataUrlFault::TooLarge) => too_large(url, context),
        Err(DataUrlFault::Invalid(fault)) => {
            let span = context.part(url.node, fault.range);
            let message = format!("{} is no data URL: {}", url.name(), fault.message);
            let help = "write `data:[type][;base64],content`, or use `Content` for text";
            context.report(Diagnostic::error(Code::BadDataUrl, span, message).help(help));
            None
        }
    }
}

fn too_large(at: &At<'_>, context: &mut Context<'_>) -> Option<Source> {
    let message = format!("{} holds more than 10 MB", at.name());
    let help = "put it into a file, and use a source of type `local`";
    context.report(Diagnostic::error(Code::InlineTooLarge, at.span(), message).help(help));
    None
}

fn url(spec: &SpecConfig<'_>, context: &mut Context<'_>) -> Option<Source> {
    let fields = spec.params(&URL, context)?;
    let url = address(&fields, "URL", context);
    if let (Some(url), Some(at)) = (&url, fields.get("URL")) {
        names_a_file(&url.value, &at, context);
    }
    let mut headers = Vec::new();
    if let Some(at) = fields.get("Headers") {
        for (entry, value) in context.pairs(&at) {
            let name = &entry.key.name;
            let Some(text) = context.strict_text(&value) else { continue };
            let value = environment::host_value(name, &text, &value, context);
            headers.extend(value.map(|value| (name.to_string(), value)));
        }
    }
    Some(Source::Url { url: url?, headers })
}

/// Warns about an address whose path does not end in the name of a file.
fn names_a_file(url: &Value, at: &At<'_>, context: &mut Context<'_>) {
    let Some((_, rest)) = url.as_text().and_then(|url| url.split_once("://")) else { return };
    let path = rest.split(['?', '#']).next().unwrap_or(rest);
    if path.rsplit_once('/').is_none_or(|(_, file)| file.is_empty()) {
        let message = format!("{} does not end in the name of a file, as Bacalhau wants it", at.name());
        context.report(Diagnostic::warning(Code::BacalhauRefuses, at.span(), message));
    }
}

fn ipfs(spec: &SpecConfig<'_>, context: &mut Context<'_>) -> Option<Source> {
    let fields = spec.params(&IPFS, context)?;
    let cid = value(&fields, "CID", context);
    let gateway = match fields.get("Gateway").filter(|gateway| !gateway.is_empty_text()) {
        Some(_) => Some(address(&fields, "Gateway", context)?),
        None => None,
    };
    Some(Source::Ipfs { cid: cid?, gateway })
}

//! Putting [`Traces`] together.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderName, HeaderValue, Uri};

use super::export::{Batches, Exporter, Sending};
use super::post::Post;
use super::{Sampler, Traces};

/// What is sent, and to whom.
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until `start` is called"]
pub struct TracesBuilder {
    endpoint: String,
    /// The endpoint is complete.
    exact: bool,
    fields: HeaderMap,
    resource: Vec<(String, String)>,
    sampler: Sampler,
    timeout: Duration,
    batches: Batches,
}

/// Why no traces can be sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TracesError {
    /// What they are to be sent to is no collector.
    #[error("traces can't be sent to `{endpoint}`: {why}")]
    Endpoint {
        /// What it was to be.
        endpoint: String,
        /// What is wrong with it.
        why: String,
    },
    /// A setting is none.
    #[error("{name}: {why}")]
    Setting {
        /// What it is called.
        name: String,
        /// What is wrong with it.
        why: String,
    },
    /// The system gives no thread to send them.
    #[error("traces can't be sent: {0}")]
    Thread(#[from] io::Error),
}

/// What is sent to where no path is named.
const PATH: &str = "/v1/traces";

impl TracesBuilder {
    pub(super) fn new(endpoint: String) -> TracesBuilder {
        let own = [
            ("service.name", "dayfly"),
            ("telemetry.sdk.name", "dayfly"),
            ("telemetry.sdk.language", "rust"),
            ("telemetry.sdk.version", env!("CARGO_PKG_VERSION")),
        ];
        TracesBuilder {
            endpoint,
            exact: false,
            fields: HeaderMap::new(),
            resource: own.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
            sampler: Sampler::default(),
            timeout: Duration::from_secs(10),
            batches: Batches::default(),
        }
    }

    /// Sends this field with all, such as what lets it in.
    pub fn field(mut self, name: HeaderName, value: HeaderValue) -> TracesBuilder {
        self.fields.append(name, value);
        self
    }

    /// Says this of who sends them. `service.name`, which is `dayfly` otherwise, is what it is called.
    pub fn attribute(mut self, name: impl Into<String>, value: impl Into<String>) -> TracesBuilder {
        let (name, value) = (name.into(), value.into());
        self.resource.retain(|(other, _)| *other != name);
        self.resource.push((name, value));
        self
    }

    /// Sends the spans of these requests; all otherwise whose callers don't say that theirs are not kept.
    pub fn sampler(mut self, sampler: Sampler) -> TracesBuilder {
        self.sampler = sampler;
        self
    }

    /// How long it may take to send some; 10 s otherwise.
    pub fn timeout(mut self, timeout: Duration) -> TracesBuilder {
        self.timeout = timeout;
        self
    }

    /// Takes over what OpenTelemetry's [variables](https://opentelemetry.io/docs/specs/otel/protocol/exporter/) say, of an
    /// environment that `get` looks into: `OTEL_EXPORTER_OTLP_HEADERS` and `…_TIMEOUT` (and those with `_TRACES_`),
    /// `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES`, `OTEL_TRACES_SAMPLER` and `…_ARG`, `OTEL_BSP_SCHEDULE_DELAY`,
    /// `…_MAX_QUEUE_SIZE`, `…_MAX_EXPORT_BATCH_SIZE` and `…_EXPORT_TIMEOUT`. Where to send them is not
    /// among these: see [`TracesBuilder::from_variables`].
    ///
    /// # Errors
    /// One of them is wrong.
    pub fn variables(mut self, get: impl Fn(&str) -> Option<String>) -> Result<TracesBuilder, TracesError> {
        // What is empty is as if it were not there.
        let get = |name: &str| get(name).filter(|value| !value.is_empty());
        let of_traces = |name: &str| {
            let own = name.replace("_OTLP_", "_OTLP_TRACES_");
            get(&own).map(|value| (own, value)).or_else(|| get(name).map(|value| (name.to_owned(), value)))
        };
        if let Some((name, value)) = of_traces("OTEL_EXPORTER_OTLP_PROTOCOL")
            && !value.starts_with("http/")
        {
            let why =
                format!("`{value}` is not spoken here: collectors take http/json, at port 4318 as a rule");
            return Err(TracesError::Setting { name, why });
        }
        if let Some((name, value)) = of_traces("OTEL_EXPORTER_OTLP_HEADERS") {
            for (field, value) in pairs(&name, &value)? {
                let wrong = |why: String| TracesError::Setting { name: name.clone(), why };
                let field =
                    HeaderName::try_from(&field).map_err(|error| wrong(format!("`{field}`: {error}")))?;
                // Its value may be a secret, and is not shown.
                let value =
                    HeaderValue::try_from(value).map_err(|error| wrong(format!("`{field}`: {error}")))?;
                self = self.field(field, value);
            }
        }
        if let Some((name, value)) = of_traces("OTEL_EXPORTER_OTLP_TIMEOUT") {
            self = self.timeout(milliseconds(&name, &value)?);
        }
        if let Some(value) = get("OTEL_RESOURCE_ATTRIBUTES") {
            for (name, value) in pairs("OTEL_RESOURCE_ATTRIBUTES", &value)? {
                self = self.attribute(name, value);
            }
        }
        if let Some(name) = get("OTEL_SERVICE_NAME") {
            self = self.attribute("service.name", name);
        }
        if let Some(name) = get("OTEL_TRACES_SAMPLER") {
            let of = |argument: Option<String>| match argument {
                None => Sampler::named(&name, None),
                Some(argument) => Sampler::named(&name, Some(argument.parse().ok()?)),
            };
            let sampler = of(get("OTEL_TRACES_SAMPLER_ARG")).ok_or_else(|| TracesError::Setting {
                name: "OTEL_TRACES_SAMPLER".to_owned(),
                why: format!("`{name}` is no sampler, or its OTEL_TRACES_SAMPLER_ARG no ratio from 0 to 1"),
            })?;
            self = self.sampler(sampler);
        }
        self.batches = batches(get)?;
        Ok(self)
    }

    /// Traces as the variables say, and to where they do: `OTEL_EXPORTER_OTLP_ENDPOINT`, to which `/v1/traces` is added, or
    /// `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, as it is. None where they don't, where `OTEL_SDK_DISABLED` is `true`, or where
    /// `OTEL_TRACES_EXPORTER` does not name `otlp`.
    ///
    /// # Errors
    /// One of the variables is wrong.
    pub fn from_variables(
        get: impl Fn(&str) -> Option<String>,
    ) -> Result<Option<TracesBuilder>, TracesError> {
        let there = |name: &str| get(name).filter(|value| !value.is_empty());
        if there("OTEL_SDK_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true")) {
            return Ok(None);
        }
        let others = |value: &String| !value.split(',').any(|exporter| exporter.trim() == "otlp");
        if there("OTEL_TRACES_EXPORTER").as_ref().is_some_and(others) {
            return Ok(None);
        }
        let builder = match there("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") {
            Some(endpoint) => TracesBuilder { exact: true, ..TracesBuilder::new(endpoint) },
            None => match there("OTEL_EXPORTER_OTLP_ENDPOINT") {
                Some(base) => {
                    let endpoint = format!("{}{PATH}", base.trim_end_matches('/'));
                    TracesBuilder { exact: true, ..TracesBuilder::new(endpoint) }
                }
                None => return Ok(None),
            },
        };
        builder.variables(get).map(Some)
    }

    /// Starts the thread that sends them.
    ///
    /// # Errors
    /// The endpoint is none, or the system gives no thread.
    pub fn start(self) -> Result<Traces, TracesError> {
        let wrong = |why: String| TracesError::Endpoint { endpoint: self.endpoint.clone(), why };
        let mut endpoint: Uri = self.endpoint.parse().map_err(|_| wrong("it is no URL".to_owned()))?;
        if !self.exact && matches!(endpoint.path(), "" | "/") && endpoint.query().is_none() {
            let mut parts = endpoint.into_parts();
            parts.path_and_query = Some(PathAndQuery::from_static(PATH));
            endpoint = Uri::from_parts(parts).map_err(|error| wrong(error.to_string()))?;
        }
        let post = Post::new(&endpoint, self.fields, self.timeout).map_err(wrong)?;
        let exporter = Exporter::start(Sending { post, resource: self.resource, batches: self.batches })?;
        Ok(Traces { sampler: self.sampler, exporter: Arc::new(exporter) })
    }
}

/// How spans are put together, as the variables of OpenTelemetry's batch span processor say.
fn batches(get: impl Fn(&str) -> Option<String>) -> Result<Batches, TracesError> {
    let mut batches = Batches::default();
    let time = |name: &str| get(name).map(|value| milliseconds(name, &value)).transpose();
    let count = |name: &str| {
        let number = |value: String| match value.parse() {
            Ok(count @ 1..) => Ok(count),
            _ => Err(setting(name, format!("`{value}` is no number of spans"))),
        };
        get(name).map(number).transpose()
    };
    const QUEUE: &str = "OTEL_BSP_MAX_QUEUE_SIZE";
    const BATCH: &str = "OTEL_BSP_MAX_EXPORT_BATCH_SIZE";
    batches.patience = time("OTEL_BSP_SCHEDULE_DELAY")?.unwrap_or(batches.patience);
    batches.timeout = time("OTEL_BSP_EXPORT_TIMEOUT")?;
    batches.most = count(QUEUE)?.unwrap_or(batches.most);
    match count(BATCH)? {
        Some(size) if size > batches.most => {
            let why = format!("{size} are more than the {} that may wait ({QUEUE})", batches.most);
            return Err(setting(BATCH, why));
        }
        Some(size) => batches.size = size,
        None => batches.size = batches.size.min(batches.most),
    }
    Ok(batches)
}

fn milliseconds(name: &str, value: &str) -> Result<Duration, TracesError> {
    let wrong = |_| setting(name, format!("`{value}` is no number of milliseconds"));
    value.parse().map(Duration::from_millis).map_err(wrong)
}

fn setting(name: &str, why: String) -> TracesError {
    TracesError::Setting { name: name.to_owned(), why }
}

/// `name=value` each, between commas; what is not plain text is percent-encoded.
fn pairs(variable: &str, text: &str) -> Result<Vec<(String, String)>, TracesError> {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    let pair = |part: &str| {
        let (name, value) = part.split_once('=').filter(|(name, _)| !name.trim().is_empty())?;
        Some((name.trim().to_owned(), decoded(value.trim())?))
    };
    let wrong = || TracesError::Setting {
        name: variable.to_owned(),
        why: "it is not `name=value,name=value`, percent-encoded".to_owned(),
    };
    parts.map(|part| pair(part).ok_or_else(wrong)).collect()
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let (digits, after) = rest.split_at_checked(2)?;
        let digits = std::str::from_utf8(digits).ok().filter(|digits| !digits.starts_with('+'))?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        rest = after;
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(variables: &[(&str, &str)]) -> Result<Option<TracesBuilder>, TracesError> {
        TracesBuilder::from_variables(|name| {
            variables.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned())
        })
    }

    const BASE: (&str, &str) = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318/");

    #[test]
    fn variables_say_where_to_send_what() {
        let builder = from(&[
            BASE,
            ("OTEL_EXPORTER_OTLP_HEADERS", "Authorization=Basic%20x, x-own = 1"),
            ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "250"),
            ("OTEL_RESOURCE_ATTRIBUTES", "service.name=other,place=here%2C there"),
            ("OTEL_SERVICE_NAME", "mine"),
            ("OTEL_TRACES_SAMPLER", "traceidratio"),
            ("OTEL_TRACES_SAMPLER_ARG", "0.25"),
        ]);
        let builder = builder.unwrap().unwrap();
        assert_eq!(builder.endpoint, "http://collector:4318/v1/traces");
        assert_eq!(builder.fields["authorization"], "Basic x");
        assert_eq!(builder.fields["x-own"], "1");
        assert_eq!(builder.timeout, Duration::from_millis(250));
        let said = |name: &str| {
            let found = builder.resource.iter().filter(|(other, _)| other == name);
            found.map(|(_, value)| value.as_str()).collect::<Vec<_>>()
        };
        assert_eq!((said("service.name"), said("place")), (vec!["mine"], vec!["here, there"]));
        assert_eq!(Some(builder.sampler), Sampler::named("traceidratio", Some(0.25)));
        let exact = from(&[BASE, ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://a/")]).unwrap().unwrap();
        assert!(exact.endpoint == "http://a/" && exact.exact);
    }

    #[test]
    fn variables_say_how_many_spans_are_sent_at_a_time() {
        let of = |variables: &[(&str, &str)]| from(&[&[BASE], variables].concat()).unwrap().unwrap().batches;
        let usual = of(&[]);
        assert_eq!((usual.most, usual.size, usual.patience.as_secs()), (8192, 512, 1));
        let own = of(&[
            ("OTEL_BSP_SCHEDULE_DELAY", "5000"),
            ("OTEL_BSP_EXPORT_TIMEOUT", "30000"),
            ("OTEL_BSP_MAX_QUEUE_SIZE", "2048"),
            ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "100"),
        ]);
        assert_eq!((own.most, own.size, own.patience.as_secs()), (2048, 100, 5));
        assert_eq!(own.timeout, Some(Duration::from_secs(30)));
        assert_eq!(of(&[("OTEL_BSP_MAX_QUEUE_SIZE", "7")]).size, 7);
    }

    #[test]
    fn without_an_endpoint_nothing_is_sent() {
        assert!(from(&[("OTEL_SERVICE_NAME", "mine")]).unwrap().is_none());
        assert!(from(&[BASE, ("OTEL_SDK_DISABLED", "TRUE")]).unwrap().is_none());
        assert!(from(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "")]).unwrap().is_none());
        for (exporters, is_sent) in
            [("none", false), ("zipkin", false), ("otlp", true), ("console, otlp", true)]
        {
            assert_eq!(from(&[BASE, ("OTEL_TRACES_EXPORTER", exporters)]).unwrap().is_some(), is_sent);
        }
    }

    #[test]
    fn settings_that_are_none_are_named() {
        for (name, value) in [
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
            ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "no"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "a=%2"),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "soon"),
            ("OTEL_RESOURCE_ATTRIBUTES", "=x"),
            ("OTEL_TRACES_SAMPLER", "sometimes"),
            ("OTEL_BSP_SCHEDULE_DELAY", "-1"),
            ("OTEL_BSP_EXPORT_TIMEOUT", "1s"),
            ("OTEL_BSP_MAX_QUEUE_SIZE", "0"),
            ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "10000"),
        ] {
            let error = from(&[BASE, (name, value)]).unwrap_err().to_string();
            assert!(error.starts_with(&format!("{name}: ")), "{error}");
        }
        let error = |endpoint: &str| Traces::to(endpoint).start().unwrap_err().to_string();
        for wrong in ["collector:4318", "ftp://a", "http://u:p@a", "/path", "a b"] {
            assert!(error(wrong).starts_with(&format!("traces can't be sent to `{wrong}`: ")), "{wrong}");
        }
    }
}

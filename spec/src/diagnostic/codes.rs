//! Every kind of finding: its code, its title and what is behind it.

use std::fmt;

use crate::decode::suggest;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $title:literal, $explanation:literal;)*) => {
        /// A kind of finding. Codes are never given a new meaning.
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = $title] $(#[$doc])* $name,)*
        }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Code] = &[$(Code::$name),*];

            /// The code of a name, in any case.
            pub fn from_name(name: &str) -> Option<Code> {
                Code::ALL.iter().copied().find(|code| code.name().eq_ignore_ascii_case(name))
            }

            /// The code whose name is nearest to what was written, if one is near.
            pub fn near(written: &str) -> Option<Code> {
                suggest(written, Code::ALL.iter().map(|code| code.name())).and_then(Code::from_name)
            }

            /// What users see and search for: `E0105`, `W0301`.
            pub fn name(self) -> &'static str {
                match self { $(Code::$name => $code,)* }
            }

            /// What it is about, in a few words.
            pub fn title(self) -> &'static str {
                match self { $(Code::$name => $title,)* }
            }

            /// What is behind it and what helps, in a paragraph.
            pub fn explanation(self) -> &'static str {
                match self { $(Code::$name => $explanation,)* }
            }
        }
    };
}

codes! {
    NotUtf8 = "E0001", "the file is not UTF-8 text",
        "Job files are UTF-8. The place is the first byte that does not belong to any character; a file saved \
         as Latin-1, or one that is no text at all, leads here. UTF-16 is read where it starts with a byte order mark.";
    TooLarge = "E0002", "the file is too large",
        "Job files hold at most 64 MiB. Data of that size belongs into an input source of its own, such as a \
         file beside the job file.";
    Empty = "E0003", "the file holds nothing",
        "The file has no content besides space and comments.";
    JsonSyntax = "E0004", "not valid JSON",
        "The file starts like JSON and breaks its rules at the place shown. Comments and trailing commas are \
         accepted with a warning; single quotes and names without quotes are YAML.";
    YamlSyntax = "E0005", "not valid YAML",
        "The file breaks the rules of YAML at the place shown. The cause is often a little earlier: a missing \
         quote, a missing space after a colon, or an indentation that does not line up.";
    TooDeep = "E0006", "nested too deeply",
        "Lists and objects may stand at most 128 levels inside one another. No job needs a tenth of it.";
    AliasBomb = "E0007", "aliases stand for too much",
        "A YAML alias stands for a copy of what its anchor marks. The copies of this file together are too many \
         to be meant.";
    SeveralDocuments = "E0008", "more than one document",
        "A YAML file may hold several documents, divided by `---`. A job file holds one.";
    DuplicateKey = "E0009", "the same key twice",
        "Readers disagree on which of two equal keys counts, so neither does here. The names of fields are \
         matched without regard to case: `count` and `Count` are the same field.";
    KeyNotText = "E0010", "a key that is not a text",
        "YAML allows lists and objects as keys. The keys of a job file are texts.";
    ControlCharacter = "E0011", "a NUL character in the text",
        "Text files hold no NUL characters. The file is damaged, or it is no text.";
    BadMerge = "E0012", "`<<` without an object",
        "The merge key `<<` takes over the keys of another object: of an alias, or of a list of aliases.";
    TooMany = "E0013", "the file holds too many values",
        "A job file holds at most two million values, and one in YAML at most 250000 commas once it has a \
         list in brackets. Data belongs into an input source of its own, such as a file beside the job file.";
    JsonComment = "W0014", "a comment in JSON",
        "Comments are no part of JSON. They are skipped here; other tools will refuse the file.";
    TrailingComma = "W0015", "a comma after the last element",
        "JSON allows no comma before a closing bracket. It is skipped here; other tools will refuse the file.";
    UnknownTag = "W0016", "a YAML tag without a meaning",
        "Tags other than `!!str`, `!!int`, `!!float`, `!!bool`, `!!null`, `!!seq` and `!!map` mean nothing in a \
         job file and are skipped.";
    MoreFindings = "W0017", "more findings than are shown",
        "After some hundred findings the rest is only counted. Most often one cause is behind them all.";
    HalfCharacter = "W0018", "half of a character",
        "JSON writes a character beyond U+FFFF as a pair of escapes, `\\ud83d\\ude00`. One of the two alone stands \
         for nothing; it is taken as U+FFFD, as Go takes it, and the text is not what it was meant to be.";
    OutdentedText = "W0019", "a text in quotes without indentation",
        "YAML wants every line of a text indented deeper than the name that it belongs to. Texts in quotes are read \
         without it, as most readers of YAML do it. Where the closing quote is missing, the lines up to the next quote \
         have become a part of the text.";

    NoJobForm = "E0100", "none of the job forms",
        "The file is well-formed and does not look like a job: it has none of the fields by which a form of job \
         file is known. A job of Bacalhau's current form has `Name`, `Type` and `Tasks`.";
    DialectNotRead = "E0101", "a form of job file that is not read yet",
        "The file was recognised as a job of another form, which this version of dayfly does not read yet.";
    UnknownJobField = "E0102", "an unknown field of the job",
        "The job has no field of this name. Unknown fields at the top of a job are an error, as they are for \
         Bacalhau's own command; `--lenient` makes them a warning.";
    ReadOnlyField = "E0103", "a field that only the system sets",
        "The fields that describe a job that was already submitted (its identifier, state, version and times) \
         can't be part of a job file. They are found in what `job describe` prints; remove them.";
    UnknownField = "W0104", "an unknown field",
        "The object has no field of this name; it is skipped, as Bacalhau skips it. Most often the name is \
         misspelt or stands at the wrong level.";
    WrongType = "E0105", "the wrong kind of value",
        "The field wants another kind of value than it has: a text, a number, `true` or `false`, a list or an \
         object.";
    MissingField = "E0106", "a field is missing",
        "The object can't do without this field.";
    UnknownWord = "E0107", "an unknown word",
        "The field takes one of a few words and has another.";
    NotText = "W0109", "a value that is not a text, taken as one",
        "The values of environment variables and labels are texts. A number or truth value is taken as it is \
         written; Bacalhau refuses it. Put it in quotes.";
    QuotedValue = "W0110", "a number or truth value in quotes",
        "The field takes a number or a truth value and has it as a text. It is taken here; Bacalhau refuses it. \
         Remove the quotes.";
    TwoForms = "E0111", "two forms of job file in one",
        "Every form of job file has a field by which it is known: `Tasks`, `Spec`, `ops`, `with` and `do`, or the \
         `Job` of an answer. A file that has two of them could be read in two ways, so it is read in neither.";
    OldYaml = "W0112", "a word or number that readers of YAML disagree on",
        "YAML 1.1 has truth values that are texts in YAML 1.2 (`yes`, `no`, `on`, `off`, `y`, `n`), takes a number \
         that starts with 0 for an octal one, and allows `_` in numbers. Bacalhau's reader is of the old kind, \
         dayfly's of the new one. Where the two would differ, write what both read alike.";

    BadNumber = "E0200", "a number out of range",
        "The number is smaller or larger than the field allows, or has a fraction where none can be.";
    BadCpu = "E0201", "not a share of processor cores",
        "Processor shares are written as cores (`2`, `0.5`) or thousandths of a core (`500m`).";
    BadSize = "E0202", "not a size",
        "Sizes are a number and a unit: `B`, `KB`, `MB`, `GB`, `TB`, `PB`, `EB` count in thousands, `KiB`, \
         `MiB`, `GiB` and so on in 1024s. Without a unit they are bytes; upper and lower case are the same.";
    BadGpu = "E0203", "not a number of graphics processors",
        "Graphics processors are counted in whole numbers.";
    BadPath = "E0204", "not a usable path",
        "Paths of the guest are absolute (`/inputs/data`), hold no `..` and no NUL.";
    DuplicateName = "E0205", "the same name twice",
        "Names and paths that tell things apart must differ: of tasks, of results, of inputs, of ports.";
    BadDataUrl = "E0206", "not a data URL",
        "Inline content is a data URL: `data:[type][;base64],content`. In base64, spaces and line ends are \
         skipped; without it, special characters are written as `%` and two digits.";
    InlineTooLarge = "E0207", "inline content is too large",
        "Inline content holds at most 10 MB once it is decoded. Put larger data into a file beside the job file \
         and use a `local` source.";
    BadResultName = "E0208", "a result that can't have this name",
        "A result's name becomes a file or folder of the execution. It holds no `/`, is not `.` or `..`, is not \
         `execution.json`, and `stdout`, `stderr` and `exitCode` are kept for the streams of these names.";
    BadEnvironment = "E0209", "not an environment variable",
        "The name of an environment variable is not empty and holds neither `=` nor NUL; in a list it is \
         written `NAME=value`.";
    BadDomain = "E0210", "not a domain",
        "Domains are names with a dot (`api.example.com`), the same with `*.` or `.` before it for all names \
         below, addresses, or address ranges (`10.0.0.0/8`). Of an address with a scheme, a port or a path the \
         host alone counts.";
    BadPort = "E0211", "a port mapping that can't work",
        "Ports have a name of their own that can be part of a variable's name. Ports of the host are 1024 to \
         65535, ports of the guest 1 to 65535.";
    BadConstraint = "E0212", "a constraint that can't be judged",
        "`in` and `notin` take one value or more, `exists` and `!` none, all others exactly one.";
    TimeoutsDisagree = "E0213", "timeouts that can't be met",
        "The total timeout spans waiting and running, so it can't be less than the two together.";
    TargetsOverlap = "E0214", "two things at one path",
        "Every input and every result has a path of its own in the guest's files, and no input of a \
         WebAssembly task lies below another.";
    Conflict = "E0215", "two fields that exclude each other",
        "Both fields say the same thing in different ways; only one of them can count.";
    BadAddress = "E0216", "not an address",
        "The field takes an IP address, such as `8.8.8.8` or `2001:4860:4860::8888`.";
    BadUrl = "E0217", "not a web address",
        "The field takes an address that starts with `http://` or `https://`.";
    BadName = "E0218", "a name that can't be used",
        "Names are not empty and hold no NUL character.";
    BadTime = "E0219", "not a length of time",
        "Lengths of time are numbers with units: `500ms`, `90s`, `1m 30s`, `1.5h`. Without a unit they are seconds.";

    FlatJob = "E0220", "a job of a form that nothing reads any more",
        "Before version 0.2.6 the fields of Bacalhau's jobs stood at the top of the file and had other names: \
         `JobSpecDocker`, `StorageEngine`. No later version read such files. The same fields stand under `Spec` \
         in the form that followed, with `Docker` and `StorageSource` for the two.";
    GoneEngine = "E0221", "an engine that no longer exists",
        "Until version 1.0.3 there were engines for programs in Python, `Language` and `PythonWasm`. They are gone \
         from Bacalhau. A container image with Python, or Python compiled to WebAssembly, takes their place.";
    NoQuantity = "W0222", "a quantity that Bacalhau takes for nothing",
        "In the legacy form memory and disk are whole numbers with a unit that counts in 1024s (`512Mb`, `1Gi`), \
         processors are cores (`0.5`, `500m`). Bacalhau takes anything else for 0, which sets no limit, and says \
         nothing. What is clear all the same, such as `1.5GiB`, counts here; the rest sets no limit here either.";
    AmbiguousNumber = "W0223", "a number with two meanings",
        "Some clients write words as numbers, and two versions number them differently. Which word is meant is \
         told by the other fields. Write the word.";
    Overruled = "W0224", "a field that another one overrules",
        "The field says something that another field says too, or something that has no meaning for what the \
         other one chose. It is skipped, as Bacalhau skips it.";
    OutsideSpec = "W0225", "a field outside `Spec`",
        "In the legacy form everything about the work itself stands under `Spec`. The same names beside it are \
         skipped, as Bacalhau skips them. Move them into `Spec`.";
    NoMeaningHere = "W0226", "a field without a meaning on one machine",
        "The field is about a network of machines, or about a service that no longer exists. It is read and \
         checked, and nothing here acts upon it.";
    NotOfTheJob = "N0227", "something that is not part of what the job says",
        "What servers and clients write beside a job has no part in running it: its state, who took it, when, \
         signatures, a wish not to be tracked. It is skipped, and may stay.";
    TemplateSyntax = "E0230", "a template that can't be read",
        "Bacalhau's command renders job files as Go's templates before it reads them: `{{.name}}` stands for a \
         variable, and `{{if …}}`, `{{range …}}` and so on choose what stands in the file. The place shown breaks \
         the rules of such templates. `--no-template` reads the file as it is; `{{\"{{\"}}` stands for `{{`.";
    UnsetVariable = "E0231", "a variable of the template is not set",
        "The variables of a template come from `--var NAME=VALUE`, and from the environment where `--var-env` \
         names what may be taken from there. For one that may be missing write \
         `{{or (index . \"name\") \"default\"}}`.";
    TemplateFunction = "E0232", "a function that templates don't have",
        "A name without a point is a function in Go's templates: `len`, `printf`, `eq` and so on. Variables are \
         written with a point: `{{.name}}`. `--no-template` leaves a file as it is that is meant for another \
         renderer.";
    TemplateFailed = "E0233", "a template that can't be rendered",
        "The template is well-formed, and asks for something that its values don't have: a part of a text that is \
         too short, a comparison of a text with a number. The values of variables are always texts.";
    TemplateTooMuch = "E0234", "a template that does too much",
        "Rendering is bounded: in the size of what comes of it (64 MiB), in steps, and in how deep blocks and \
         templates stand inside one another. No job needs a thousandth of it; a loop has most likely no end.";
    UnusedVariable = "W0235", "a variable that the file does not use",
        "The caller set a variable (`--var NAME=VALUE`) that the file has no use for: its name may be misspelt, or the \
         file is no template. Variables that `--var-env` takes from the environment may stay unused.";

    NoEquivalent = "E0240", "no equivalent in the other form",
        "`dayfly convert` writes what a job says in the form that was asked for, and leaves nothing out. The form \
         has no words for what stands at the place shown.";

    BadPattern = "E0250", "not a regular expression",
        "The field takes a regular expression as Go's `regexp` package reads it: without references to groups \
         (`\\1`) and without looking ahead or behind (`(?=…)`). The place is what Go complains about.";
    FragmentMark = "W0252", "a `#` in a data URL",
        "In an address `#` ends what is fetched, and readers that keep to the standard drop what follows it. \
         Bacalhau's does not, and neither does dayfly's. `%23` is the same for all of them.";
    NoValue = "W0253", "a variable without a value",
        "A list of environment variables holds `NAME=value`. A container's engine sets no variable for an element \
         without `=`. Versions of Bacalhau that read tasks of IPVM wrote names and values as elements of their own.";
    BadChecksum = "W0251", "a checksum that nothing can have",
        "The checksum of an object is a SHA-256 in base64: 44 characters, of which the last is `=`. Anything else is \
         equal to no checksum, so that the object is refused when it is fetched.";

    BadRoute = "E0254", "not a route",
        "A route is the path of requests: `/`, `/users/{id}`, `/files/{rest...}`. `{name}` stands for one part between two \
         `/`, and `{name...}` at the end for all that is left. Several routes have spaces or commas between them.";
    RoutesConflict = "E0255", "two functions for one request",
        "Of several routes that match a request the most specific one has it: from left to right a text comes before \
         `{name}`, and that before `{name...}`; then one that names the method comes before one for every method. Two \
         routes that match the same paths need methods or hosts that tell them apart.";
    BadHost = "E0256", "not a host that requests ask for",
        "A function answers for hosts by their names (`api.example.com`), by `*.` and a name for all below it, or by \
         addresses; the port is the server's. Several hosts have spaces or commas between them.";

    NoEffectYet = "W0301", "a field without effect",
        "The field is read and checked, and nothing in this version of dayfly acts upon it yet. What a machine \
         or a way of running leaves without effect is told by `plan` and `run`.";
    BacalhauRefuses = "W0302", "Bacalhau refuses this",
        "It works here. A server of Bacalhau would refuse the job.";
    RelativePath = "W0303", "a path without a leading `/`",
        "Paths of the guest start at its root. The path is taken as if it started with `/`.";
    NothingRuns = "W0304", "a job that runs nothing",
        "A count of 0 means no executions.";
    OutOfRange = "W0310", "outside of what the documents allow",
        "The documents of the format give this field a range. Bacalhau itself takes any value, and so does dayfly; \
         most often a unit is missing or a digit too many. Cores are 0.1 to 128, memory is at least 1 MB, disk at \
         least 10 MB, priorities are 0 to 100. Commas divide thousands in an amount and are skipped: `1,5GB` is \
         15 GB, and a fraction has a point.";
    BacalhauDiffers = "N0311", "Bacalhau does something else",
        "It works here as the file says. A server of Bacalhau would do less with it, or refuse it: good to know \
         where the file is to be used there too.";
    UnusualName = "N0312", "an unusual name",
        "By the documents, names of jobs and tasks are made of letters, digits, `-` and `_`, and namespaces \
         are labels of the domain name system. Others work; they need quotes on command lines and look different \
         in the names of folders.";
    Ineffective = "W0313", "a field that another one leaves without effect",
        "The field is fine by itself, and what another field says leaves it nothing to do: a compression level \
         without a compression, a resolver without a network. One of the two is probably not what was meant.";
    PlainSecret = "W0314", "a secret in plain text",
        "Job files are kept, copied and shown: what is secret should not stand in them. In an environment, \
         `env:NAME` passes a variable of the host on, which the host allows with `--allow-env NAME`.";
    UnreachableResult = "W0315", "a result that nothing can produce",
        "What the guest could write does not end up at this path, so that the result would be missing in the end, \
         and a missing result fails the task.";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_are_unique_and_explained() {
        let names: BTreeSet<_> = Code::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        for code in Code::ALL {
            assert!(code.name().len() == 5 && code.name().starts_with(['E', 'W', 'N']), "{code}");
            assert!(!code.title().is_empty() && code.explanation().ends_with('.'), "{code}");
        }
    }
}

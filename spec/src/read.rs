//! From text to a job.

use std::collections::{BTreeMap, BTreeSet};

use crate::decode::Context;
use crate::model::Job;
use crate::template::{self, Places};
use crate::{Diagnostic, Error, Severity, Source, dialects};

/// The most bytes that a job file may have. Who reads a file needs no more than one byte more to be told that it is too
/// large.
pub const MAX_BYTES: usize = 64 << 20;

/// How a job file is read.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Options {
    /// Unknown and read-only fields at the top of a job are warnings instead of errors.
    pub lenient: bool,
    /// Files that are templates of Go are rendered before they are read, as Bacalhau's command does it.
    pub templates: bool,
    /// What templates are rendered with: `{{.name}}` stands for the value of `name`.
    pub variables: BTreeMap<String, String>,
    /// Variables whose values are never shown. Those with the name of a secret (`DB_PASSWORD`) are not shown either.
    pub hidden: BTreeSet<String>,
}

impl Default for Options {
    /// Strict; templates are rendered, without any variable.
    fn default() -> Options {
        Options { lenient: false, templates: true, variables: BTreeMap::new(), hidden: BTreeSet::new() }
    }
}

impl Options {
    /// Makes unknown and read-only fields at the top of a job warnings (true) or errors (false).
    pub fn lenient(mut self, lenient: bool) -> Options {
        self.lenient = lenient;
        self
    }

    /// Renders files that are templates (true), or reads every file as it is (false).
    pub fn templates(mut self, templates: bool) -> Options {
        self.templates = templates;
        self
    }

    /// Sets a variable of templates. The last value of a name counts.
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Options {
        let name = name.into();
        self.hidden.remove(&name);
        self.variables.insert(name, value.into());
        self
    }

    /// Sets a variable of templates whose value is never shown, in no finding: one of the environment, say.
    pub fn hidden_variable(self, name: impl Into<String>, value: impl Into<String>) -> Options {
        let name = name.into();
        let mut options = self.variable(name.clone(), value);
        options.hidden.insert(name);
        options
    }

    /// Whether the value of a variable is not shown.
    pub(crate) fn is_secret(&self, name: &str) -> bool {
        self.hidden.contains(name) || dialects::is_secret_name(name)
    }

    /// The values that are not shown.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &str> {
        let values = self.variables.iter().filter(|(name, _)| self.is_secret(name));
        values.map(|(_, value)| value.as_str())
    }
}

/// What a job file holds.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Parsed {
    /// The job; none where the file has an error.
    pub job: Option<Job>,
    /// Everything that was found, in the order of the file; notes only where there is a job.
    pub diagnostics: Vec<Diagnostic>,
}

impl Parsed {
    /// Whether the file has an error.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }
}

/// Reads a job file of any dialect: JSON or YAML, told apart by their content.
///
/// Nothing but the text is looked at, and any text ends in bounded time: what is wrong with it is in
/// [`Parsed::diagnostics`]. A file that is a template is rendered first; every place is nonetheless one of the
/// file as written.
///
/// ```
/// use dayfly_spec::{Options, Source, read};
///
/// let text = "Name: hello\nType: batch\nTasks:\n  - Name: main\n    Engin: {Type: noop}\n";
/// let source = Source::new("job.yaml", text);
/// let parsed = read(&source, &Options::default());
/// assert!(parsed.job.is_none());
/// assert_eq!(
///     parsed.diagnostics[0].headline(&source),
///     "job.yaml:5:5: error[E0106]: a task has no `Engine`"
/// );
/// assert_eq!(parsed.diagnostics[0].help.as_deref(), Some("did you mean `Engine`?"));
///
/// let template = Source::new("job.yaml", "Name: {{.name}}\nTasks: [{Name: a, Engine: {Type: noop}}]\n");
/// let parsed = read(&template, &Options::default().variable("name", "hello"));
/// assert_eq!(parsed.job.and_then(|job| job.name).unwrap().value, "hello");
/// ```
pub fn read(source: &Source, options: &Options) -> Parsed {
    if !dialects::is_template(source, options) {
        let unused = if options.templates { template::unused_in_plain(options) } else { None };
        return read_plain(source, Places::SAME, unused, options);
    }
    match template::render(source.text(), options) {
        Ok(rendered) => {
            let text = Source::rendered(source.name(), rendered.text);
            read_plain(&text, &rendered.places, rendered.unused, options)
        }
        Err(diagnostics) => parsed(None, diagnostics),
    }
}

fn read_plain(source: &Source, places: &Places, unused: Option<Diagnostic>, options: &Options) -> Parsed {
    let mut context = Context::new(source, places, options);
    let job = dialects::read(source, &mut context);
    let mut diagnostics = context.finish();
    diagnostics.extend(unused);
    parsed(job, diagnostics)
}

fn parsed(job: Option<Job>, mut diagnostics: Vec<Diagnostic>) -> Parsed {
    diagnostics.sort_by_key(|diagnostic| (diagnostic.span.start, diagnostic.severity));
    let failed = diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
    if failed {
        // What is good to know of a job is of no use while there is none.
        diagnostics.retain(|diagnostic| diagnostic.severity != Severity::Note);
    }
    Parsed { job: job.filter(|_| !failed), diagnostics }
}

impl Job {
    /// Reads a job file's text and drops its warnings; [`read`] is the long form.
    ///
    /// # Errors
    /// The file has errors; all of its diagnostics are in the error.
    pub fn parse(text: &str) -> Result<Job, Error> {
        let source = Source::new("job", text);
        let parsed = read(&source, &Options::default());
        match parsed.job {
            Some(job) => Ok(job),
            None => Err(Error::Invalid { file: Box::new(source), diagnostics: parsed.diagnostics }),
        }
    }
}

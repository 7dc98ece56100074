//! From text to a job.

use crate::decode::Context;
use crate::model::Job;
use crate::{Diagnostic, Error, Severity, Source, dialects};

/// How a job file is read.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Options {
    /// Unknown and read-only fields at the top of a job are warnings instead of errors.
    pub lenient: bool,
}

impl Options {
    /// Makes unknown and read-only fields at the top of a job warnings (true) or errors (false).
    pub fn lenient(mut self, lenient: bool) -> Options {
        self.lenient = lenient;
        self
    }
}

/// What a job file holds.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Parsed {
    /// The job; none where the file has an error.
    pub job: Option<Job>,
    /// Everything that was found, in the order of the file.
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
/// [`Parsed::diagnostics`].
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
/// ```
pub fn read(source: &Source, options: &Options) -> Parsed {
    let mut context = Context::new(source, *options);
    let job = dialects::read(source, &mut context);
    let mut diagnostics = context.finish();
    diagnostics.sort_by_key(|diagnostic| (diagnostic.span.start, diagnostic.severity));
    let failed = diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
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

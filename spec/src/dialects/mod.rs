//! The forms that job files come in, and their lowering into the one model.

mod bacalhau;
mod detect;

use bacalhau::envelope;
use detect::{Form, Stranger};

use crate::decode::{At, Context, Object};
use crate::model::Job;
use crate::reader::Node;
use crate::template::{self, Places};
use crate::{Code, Diagnostic, Options, Source, reader};

/// Whether a file is a template that has to be rendered before it is read.
///
/// Bacalhau's command renders files of its current form. What can't be read as it is may be one. Its older forms were
/// never rendered and may hold `{{` as text: they are where the caller sets variables.
pub(crate) fn is_template(source: &Source, options: &Options) -> bool {
    if !options.templates || !template::is_template(source.text()) || !reader::is_text(source) {
        return false;
    }
    let mut context = Context::new(source, Places::SAME, options);
    let tree = reader::read(source, &mut context);
    match tree.as_ref().map(detect::detect) {
        None | Some(Form::Bacalhau | Form::None(_)) => true,
        Some(Form::Legacy | Form::LegacySpec | Form::Ipvm | Form::Enclosed) => !options.variables.is_empty(),
        Some(Form::Two(_) | Form::NotYet(_)) => false,
    }
}

/// The tables of all forms of Bacalhau, for the schema.
#[derive(Debug)]
pub(crate) struct Forms {
    /// The current form.
    pub(crate) current: &'static Object,
    /// A legacy job.
    pub(crate) legacy: &'static Object,
    /// The spec of a legacy job.
    pub(crate) spec: &'static Object,
    /// The names of the fields by which a file is a spec on its own.
    pub(crate) spec_names: fn() -> Vec<&'static str>,
    /// A task of IPVM.
    pub(crate) ipvm: &'static Object,
}

/// The tables of all forms of Bacalhau.
pub(crate) static FORMS: Forms = Forms {
    current: &bacalhau::current::JOB,
    legacy: &bacalhau::legacy::JOB,
    spec: &bacalhau::legacy::SPEC,
    spec_names: detect::spec_names,
    ipvm: &bacalhau::ipvm::TASK,
};

pub(crate) use bacalhau::environment::without_system as without_system_variables;
pub use bacalhau::secret::is_secret_name;

/// Reads a file: finds its form and lowers it.
pub(crate) fn read(source: &Source, context: &mut Context<'_>) -> Option<Job> {
    let tree = reader::read(source, context)?;
    let form = detect::detect(&tree);
    lower(&At::root(&tree, context.places()), form, context)
}

/// Lowers a file whose form is known.
fn lower(root: &At<'_>, form: Form, context: &mut Context<'_>) -> Option<Job> {
    match form {
        Form::Bacalhau if envelope::is_printed(root.node) => envelope::lower_printed(root, context),
        Form::Bacalhau => bacalhau::current::lower(root, context),
        Form::Legacy => bacalhau::legacy::lower(root, context),
        Form::LegacySpec => bacalhau::legacy::lower_bare(root, context),
        Form::Ipvm => bacalhau::ipvm::lower(root, context),
        // What is inside lies deeper, and no file is deep.
        Form::Enclosed => {
            let job = envelope::open(root, context)?;
            context.map(&job)?;
            envelope::without_system_fields(context, |context| match detect::detect(job.node) {
                Form::Bacalhau => bacalhau::current::lower(&job, context),
                form => lower(&job, form, context),
            })
        }
        Form::None(stranger) => {
            context.report(unknown_form(root.node, stranger));
            None
        }
        Form::Two([(first, field, place), (second, other, span)]) => {
            let message = format!("`{field}` makes this {first}, and `{other}` makes it {second}");
            context.report(
                Diagnostic::error(Code::TwoForms, span, message)
                    .help("keep the fields of one form")
                    .related(place, first),
            );
            None
        }
        Form::NotYet(name) => {
            let message = format!("this is {name}, which dayfly does not read yet");
            let help = "Bacalhau's forms are read: `Name`, `Type`, `Tasks`, and the older `Spec`";
            context.report(
                Diagnostic::error(Code::DialectNotRead, detect::place(root.node), message).help(help),
            );
            None
        }
    }
}

/// What to tell about a file that is none of the forms.
fn unknown_form(tree: &Node<'_>, stranger: Stranger) -> Diagnostic {
    let start = detect::place(tree);
    let none = |span, message: &str| Diagnostic::error(Code::NoJobForm, span, message);
    match stranger {
        Stranger::Unknown => {
            none(start, "this is none of the job forms").help("a job has a `Name`, a `Type` and `Tasks`")
        }
        Stranger::Task => none(start, "this is a task without its job")
            .help("put it into the list `Tasks` of a job: `Tasks: [{Name: …, Engine: …}]`"),
        Stranger::Answer => none(detect::opening(tree), "this is an answer about a job, without its `Job`")
            .help("keep the whole answer, or write the job itself: its `Name`, `Type` and `Tasks`"),
        Stranger::Jobs(span) => {
            none(span, "this is a list of jobs").help("a file holds one job: keep one element of the list")
        }
        Stranger::Flat(span) => {
            let message = "this is a job from before version 0.2.6, which nothing reads any more";
            Diagnostic::error(Code::FlatJob, span, message)
                .help(
                    "put the fields under `Spec`, and write `Docker` for `JobSpecDocker` and `StorageSource` for \
                     `StorageEngine`",
                )
                .bacalhau_says("job spec is empty")
        }
    }
}

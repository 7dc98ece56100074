//! The forms that job files come in, and their lowering into the one model.

mod bacalhau;
mod detect;

use detect::Dialect;

use crate::decode::{At, Context};
use crate::model::Job;
use crate::reader::Node;
use crate::template::{self, Places};
use crate::{Code, Diagnostic, Options, Source, reader};

/// Whether a file is a template that has to be rendered before it is read.
///
/// Bacalhau's command renders files of its current form. What can't be read as it is may be one. Files of other
/// forms may hold `{{` as text.
pub(crate) fn is_template(source: &Source, options: &Options) -> bool {
    if !options.templates || !template::is_template(source.text()) || !reader::is_text(source) {
        return false;
    }
    let mut context = Context::new(source, Places::SAME, options);
    let tree = reader::read(source, &mut context);
    matches!(tree.as_ref().map(detect::detect), None | Some(Dialect::Bacalhau | Dialect::None))
}

/// Reads a file: finds its form and lowers it.
pub(crate) fn read(source: &Source, context: &mut Context<'_>) -> Option<Job> {
    let tree = reader::read(source, context)?;
    let dialect = detect::detect(&tree);
    lower(&tree, dialect, context)
}

fn lower(tree: &Node<'_>, dialect: Dialect, context: &mut Context<'_>) -> Option<Job> {
    match dialect {
        Dialect::Bacalhau => bacalhau::current::lower(&At::root(tree, context.places()), context),
        Dialect::None => {
            let message = "this is none of the job forms";
            let help = "a job has a `Name`, a `Type` and `Tasks`";
            context.report(Diagnostic::error(Code::NoJobForm, detect::place(tree), message).help(help));
            None
        }
        Dialect::NotYet(name) => {
            let message = format!("this is {name}, which dayfly does not read yet");
            let help = "Bacalhau's current form (`Name`, `Type`, `Tasks`) is read";
            context.report(Diagnostic::error(Code::DialectNotRead, detect::place(tree), message).help(help));
            None
        }
    }
}

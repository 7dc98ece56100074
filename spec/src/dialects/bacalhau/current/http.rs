//! Functions: tasks whose free data says which requests they answer.

mod conflicts;
mod keys;

use crate::decode::{Context, Fields, shorten};
use crate::model::{Data, Engine, HttpFunction, JobKind, Located, Origin, RoutePattern, Task};
use crate::{Code, Diagnostic, Span};

use keys::{Keys, ROUTE};

const HELP: &str = "a function is a task with an engine of `Type: wasm` in a job of `Type: service`";

/// What a job says for all of its functions.
pub(super) struct OfJob {
    keys: Keys,
    /// Why none of its tasks is a function, and the place of that.
    never: Option<(String, Option<Span>)>,
    /// The type is wrong, and what is meant not known.
    unknown: bool,
}

impl OfJob {
    pub(super) fn read(
        fields: &Fields<'_>,
        meta: &[(String, Located<Data>)],
        kind: &Located<JobKind>,
        context: &mut Context<'_>,
    ) -> OfJob {
        let place = kind.origin.place();
        let never = (kind.value != JobKind::Service)
            .then(|| (format!("a job of type `{}` answers no requests", kind.value.name()), place));
        let unknown = place.is_none() && fields.get("Type").is_some();
        OfJob { keys: Keys::read(fields, meta, context), never, unknown }
    }

    /// Checks the functions of the job together: no two for one request, and what is said has an effect.
    pub(super) fn check(&self, tasks: &[Task], context: &mut Context<'_>) {
        if !tasks.iter().any(|task| task.http.is_some()) && !self.unknown {
            let none = ("no task of the job has an engine of type `wasm`".to_owned(), None);
            // A task that is wrong was told about; it may be the one.
            let why = self.never.as_ref().or(Some(&none).filter(|_| !tasks.is_empty()));
            if let Some((why, place)) = why {
                no_effect(&self.keys, why, *place, context);
            }
        }
        conflicts::check(tasks, context);
    }
}

/// Takes what makes a function from the free data of a task. It stays there too, so that nothing of it is lost.
pub(super) fn lower(
    fields: &Fields<'_>,
    meta: &[(String, Located<Data>)],
    engine: Option<&Engine>,
    job: &OfJob,
    context: &mut Context<'_>,
) -> Option<HttpFunction> {
    let keys = Keys::read(fields, meta, context);
    if job.unknown {
        return None;
    }
    if let Some((why, place)) = &job.never {
        no_effect(&keys, why, *place, context);
        return None;
    }
    let engine = engine?;
    if !matches!(engine, Engine::Wasm(_)) {
        let why = format!("an engine of type `{}` answers no requests", engine.name());
        no_effect(&keys, &why, fields.get("Engine").map(|at| context.first_line(at.span())), context);
        return None;
    }
    if keys.is_empty() && job.keys.is_empty() {
        return None;
    }
    let Keys { routes, methods, hosts, concurrency, reuse, first: _ } = keys.or(&job.keys);
    Some(HttpFunction {
        routes: routes.unwrap_or_else(|| {
            let origin = Origin::unwritten(format!("{}.Meta.{ROUTE}", fields.at().path));
            vec![Located::new(RoutePattern::everything(), origin)]
        }),
        methods: methods.unwrap_or_default(),
        hosts: hosts.unwrap_or_default(),
        concurrency,
        reuse,
    })
}

/// Warns about keys that make no function of what they belong to.
fn no_effect(keys: &Keys, why: &str, because: Option<Span>, context: &mut Context<'_>) {
    let Some(first) = &keys.first else { return };
    let message = format!("`{}` has no effect: {why}", shorten(&first.value));
    let place = first.origin.place().unwrap_or_default();
    let mut warning = Diagnostic::warning(Code::Ineffective, place, message).help(HELP);
    if let Some(because) = because {
        warning = warning.related(because, "because of this");
    }
    context.report(warning);
}

//! Walking from the entry component to those that it imports.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use dayfly_core::{Ending, ImportModule, Module};
use dayfly_host_api::component as host;

use super::made::Made;
use super::{Composed, Import, Part, Provider, Shape, adapt, key, message, name};
use crate::component::Interface;
use crate::graph::{Granted, Graph, HostModule, Library, MAX_BYTES, MAX_MODULES, Origin};
use crate::inspect::ItemKind;
use crate::module;
use crate::native::Kind;
use crate::program::Found;

pub(super) fn program(
    made: &Arc<Made>,
    entry: &Module,
    imports: &[ImportModule],
    library: &dyn Library,
    granted: &Granted,
) -> Result<Found, Ending> {
    if is_core(entry, imports)? {
        return match Graph::resolve(entry, imports, library, granted) {
            Ok(graph) => Ok(Found::Core(graph)),
            Err(ending) => Err(imports
                .iter()
                .find(|import| is_component(&import.module))
                .map_or(ending, |import| message::mixed(entry, &import.module))),
        };
    }
    let mut resolver = Resolver {
        made,
        library,
        granted,
        known: Vec::new(),
        exports: HashMap::new(),
        names: HashMap::new(),
        bytes: 0,
        found: HashMap::new(),
        warnings: Vec::new(),
        told: HashSet::new(),
    };
    for import in imports {
        resolver.add(&import.module, &import.names, Origin::Listed, Some(entry))?;
    }
    let index = resolver.add(entry, &[], Origin::Entry, None)?;
    let mut order = Vec::new();
    resolver.visit(index, &mut Vec::new(), &mut order)?;
    Ok(Found::Component(resolver.composed(&order, index)))
}

/// Whether a program is one of core modules, by its entry module. One that wants to be a component and runs as it is, with
/// nothing but core modules around it, is left alone: a program for WASI preview 1 has its own exit codes.
fn is_core(entry: &Module, imports: &[ImportModule]) -> Result<bool, Ending> {
    let binary = module::any_binary(entry)?;
    let kind = Kind::of(&binary);
    if kind == Kind::Component || !adapt::wants_to_be_component(&binary) {
        return Ok(kind == Kind::Module);
    }
    if imports.iter().any(|import| is_component(&import.module)) {
        return Ok(false);
    }
    let interface =
        crate::interface::Interface::read(&binary).map_err(|error| module::invalid(entry, &error))?;
    let is_provided = |name: &str| {
        HostModule::of(name).is_some()
            || imports.iter().any(|import| import.names.iter().any(|own| own == name))
    };
    Ok(interface.export(adapt::START).is_some()
        && interface.imports.iter().all(|import| is_provided(&import.module)))
}

/// Whether what was found is a component, rather than a core module or nothing of the kind.
pub(crate) fn is_component(module: &Module) -> bool {
    module::any_binary(module).is_ok_and(|binary| Kind::of(&binary) == Kind::Component)
}

struct Resolver<'a> {
    made: &'a Arc<Made>,
    library: &'a dyn Library,
    granted: &'a Granted,
    known: Vec<Known>,
    /// Who exports something, by what its name has in common with others that may stand for it, in the order of the
    /// list.
    exports: HashMap<String, Vec<usize>>,
    /// Who is called something.
    names: HashMap<String, Vec<usize>>,
    bytes: usize,
    /// Components that were found, by the names under which they were.
    found: HashMap<String, usize>,
    warnings: Vec<String>,
    /// Which components were told to share an export.
    told: HashSet<Vec<usize>>,
}

struct Known {
    part: Part,
    visit: Visit,
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Visit {
    ToDo,
    /// What it imports is being looked at.
    Open,
    Done,
}

impl Resolver<'_> {
    /// Takes in a component. `user` is the one that it would be a part of.
    fn add(
        &mut self,
        module: &Module,
        names: &[String],
        origin: Origin,
        user: Option<&Module>,
    ) -> Result<usize, Ending> {
        if self.library.stopped() {
            return Err(Ending::Cancelled);
        }
        self.bytes = self.bytes.saturating_add(module.bytes.len());
        if self.known.len() == MAX_MODULES || self.bytes > MAX_BYTES {
            return Err(Ending::Invalid(format!(
                "the components of the program are too many: `{}` would be beyond {MAX_MODULES} components or {MAX_BYTES} bytes",
                module.name
            )));
        }
        let mut binary = module::any_binary(module)?;
        let (adapted, mut digest) = (Kind::of(&binary) == Kind::Module, module.digest.clone());
        if adapted {
            if let Some(user) = user.filter(|_| !adapt::wants_to_be_component(&binary)) {
                return Err(message::mixed(user, module));
            }
            digest = key::adapted(&module.digest);
            binary = self.made.or_make(&digest, || adapt::component(module, &binary))?;
        }
        let shape = Shape::read(&binary).map_err(|why| message::invalid(module, &why))?;
        let index = self.known.len();
        if origin != Origin::Entry {
            for export in &shape.exports {
                let owners = self.exports.entry(name::key(&export.name).to_owned()).or_default();
                if owners.last() != Some(&index) {
                    owners.push(index);
                }
            }
            for name in names {
                self.names.entry(name.clone()).or_default().push(index);
            }
        }
        let (module, names, providers) = (module.clone(), names.to_vec(), Vec::new());
        let part = Part { module, binary, digest, adapted, shape, names, origin, used: false, providers };
        self.known.push(Known { part, visit: Visit::ToDo });
        Ok(index)
    }

    /// Finds who satisfies the imports of a component, and of those in turn. `path` leads to it.
    fn visit(&mut self, index: usize, path: &mut Vec<usize>, order: &mut Vec<usize>) -> Result<(), Ending> {
        if self.known[index].visit == Visit::Done {
            return Ok(());
        }
        self.known[index].visit = Visit::Open;
        path.push(index);
        let imports = std::mem::take(&mut self.known[index].part.shape.imports);
        let mut providers = Vec::with_capacity(imports.len());
        for import in &imports {
            let provider = self.provider(index, import)?;
            if let Provider::Part(other, _) | Provider::Whole(other) = provider {
                if self.known[other].visit == Visit::Open {
                    return Err(message::circle(&self.circle(path, other), import));
                }
                self.visit(other, path, order)?;
            }
            providers.push(provider);
        }
        let known = &mut self.known[index];
        (known.part.shape.imports, known.part.providers) = (imports, providers);
        (known.part.used, known.visit) = (true, Visit::Done);
        path.pop();
        order.push(index);
        Ok(())
    }

    /// Who satisfies an import.
    fn provider(&mut self, user: usize, import: &Import) -> Result<Provider, Ending> {
        if import.alias {
            return Ok(Provider::Nobody);
        }
        if let Some(provider) = self.among_known(user, import) {
            return Ok(provider);
        }
        let host = host::Interface::of(&import.name);
        let refused = match host.map(|host| (host, self.granted.interface(host.need))) {
            Some((host, Ok(()))) if import.kind == ItemKind::Instance => return Ok(Provider::Host(host)),
            Some((_, Err(denied))) => Some(denied.clone()),
            _ => None,
        };
        if let Some(provider) = self.in_library(user, import)? {
            return Ok(provider);
        }
        let part = &self.known[user].part;
        Err(match refused {
            Some(denied) => message::refused(&part.module, import, &denied),
            None => {
                let others = self.known.iter().map(|known| &known.part);
                let others: Vec<_> = others.filter(|other| other.origin != Origin::Entry).collect();
                message::unknown(part, import, &others, &self.library.places())
            }
        })
    }

    /// Who satisfies an import among the components that are known: the first that exports it.
    ///
    /// A component does not satisfy its own imports. Where it exports what it imports, it stands between its users and
    /// somebody else: whoever comes after it in the list, so that several may stand in a row, or else before it and
    /// exports the same without importing it.
    fn among_known(&mut self, user: usize, import: &Import) -> Option<Provider> {
        let fitting = |owner: &usize| {
            let exports = self.known[*owner].part.shape.exports.iter();
            let fitting = exports.filter_map(|export| Some((name::fit(&export.name, &import.name)?, export)));
            fitting.max_by(|a, b| a.0.cmp(&b.0)).map(|(_, export)| (*owner, export.name.clone()))
        };
        let owners = self.exports.get(name::key(&import.name)).map(Vec::as_slice).unwrap_or_default();
        let mut owners: Vec<(usize, String)> = owners.iter().filter_map(fitting).collect();
        if let Some(own) = owners.iter().position(|(owner, _)| *owner == user) {
            let after = owners.split_off(own + 1);
            owners.pop();
            owners.retain(|(owner, _)| {
                let mut imports = self.known[*owner].part.shape.imports.iter();
                // One that is open has its imports taken out: it is on the way here, and so would close a circle.
                self.known[*owner].visit != Visit::Open
                    && !imports.any(|other| name::fit(&other.name, &import.name).is_some())
            });
            owners = after.into_iter().chain(owners).collect();
        }
        if let Some((first, export)) = owners.first().cloned() {
            let all: Vec<usize> = owners.iter().map(|(owner, _)| *owner).collect();
            if all.len() > 1 && self.told.insert(all.clone()) {
                let all = all.iter().map(|&index| &self.known[index].part.module);
                self.warnings.push(message::several(&self.known[user].part.module, import, all));
            }
            return Some(Provider::Part(first, export));
        }
        // An instance with a plain name may be a component of that name.
        let plain = import.kind == ItemKind::Instance && !name::is_interface(&import.name);
        let called = self.names.get(&import.name).filter(|_| plain).map(Vec::as_slice).unwrap_or_default();
        let mut called = called.iter().copied().filter(|&other| other != user);
        let first = called.next()?;
        let others: Vec<_> = std::iter::once(first).chain(called).collect();
        if others.len() > 1 && self.told.insert(others.clone()) {
            let all = others.iter().map(|&index| &self.known[index].part.module);
            self.warnings.push(message::namesakes(import, all));
        }
        Some(Provider::Whole(first))
    }

    /// Who satisfies an import among the inputs: a component that has the name of what is imported, with its version or
    /// without.
    fn in_library(&mut self, user: usize, import: &Import) -> Result<Option<Provider>, Ending> {
        let user = self.known[user].part.module.clone();
        let mut names = vec![import.name.as_str(), name::unversioned(&import.name)];
        names.dedup();
        for wanted in names {
            if self.found.contains_key(wanted) {
                // It was looked at already, as one of those that are known.
                continue;
            }
            let found =
                self.library.find(wanted).map_err(|error| message::unreadable(&user, wanted, &error))?;
            let Some(found) = found else { continue };
            let index = self.add(&found, &[wanted.to_owned()], Origin::Found, Some(&user))?;
            self.found.insert(wanted.to_owned(), index);
            let provider = self.among_known(usize::MAX, import);
            return match provider {
                Some(provider) => Ok(Some(provider)),
                None => Err(message::not_exported(&user, import, &self.known[index].part)),
            };
        }
        Ok(None)
    }

    /// The names of the components on the way from `first` back to it.
    fn circle(&self, path: &[usize], first: usize) -> Vec<String> {
        let from = path.iter().position(|&index| index == first).unwrap_or_default();
        path[from..].iter().map(|&index| self.known[index].part.module.name.clone()).collect()
    }

    /// What the components are together, `order` being the one in which they are instantiated.
    fn composed(self, order: &[usize], entry: usize) -> Composed {
        let (made, warnings) = (self.made.clone(), self.warnings);
        let Part { mut module, digest, .. } = self.known[entry].part.clone();
        let exports = &self.known[entry].part.shape.exports;
        let exports = exports.iter().map(|export| export.name.clone()).collect();
        let mut interface = Interface { exports, ..Interface::default() };
        let unused = (0..self.known.len()).filter(|&index| !self.known[index].part.used);
        let places: Vec<usize> = unused.chain(order.iter().copied()).collect();
        let mut place_of = vec![usize::MAX; self.known.len()];
        for (place, &index) in places.iter().enumerate() {
            place_of[index] = place;
        }
        let mut parts: Vec<_> = self.known.into_iter().map(|known| Some(known.part)).collect();
        let mut parts: Vec<Part> = places.iter().filter_map(|&index| parts[index].take()).collect();
        for part in &mut parts {
            interface.concurrent |= part.used && part.shape.concurrent;
            for (import, provider) in part.shape.imports.iter().zip(&mut part.providers) {
                match provider {
                    Provider::Part(index, _) | Provider::Whole(index) => *index = place_of[*index],
                    Provider::Host(_) => interface.imports.push(import.name.clone()),
                    Provider::Nobody => {}
                }
            }
        }
        interface.imports.sort();
        interface.imports.dedup();
        // What dayfly has for it is defined as a whole, and has such functions.
        interface.concurrent |= interface.computes_in_tasks();
        module.digest = if order.len() == 1 { digest } else { key::of(&parts) };
        Composed { module, parts, interface, warnings, made }
    }
}

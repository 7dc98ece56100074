//! Walking from the modules that are there to those that they import.

use std::collections::{HashMap, HashSet};

use dayfly_core::{Ending, ImportModule, Module};

use super::{Granted, Graph, HostModule, Library, Node, Origin, Provider, message};
use crate::interface::{Import, Interface};
use crate::{memory, module};

/// The most modules that a program may have.
pub(crate) const MAX_MODULES: usize = 1_000;
/// The most bytes that the modules of a program may have together.
pub(crate) const MAX_BYTES: usize = 1 << 30;

pub(super) fn resolve(
    entry: &Module,
    imports: &[ImportModule],
    library: &dyn Library,
    granted: &Granted,
) -> Result<Graph, Ending> {
    let mut resolver = Resolver {
        library,
        granted,
        known: Vec::new(),
        names: HashMap::new(),
        used: HashSet::new(),
        total: Total::default(),
        found: HashMap::new(),
    };
    for import in imports {
        let index = resolver.add(&import.module, &import.names, Origin::Listed)?;
        resolver.used.extend(resolver.known[index].node.names.first().cloned());
    }
    let listed = resolver.known.len();
    let mut order = Vec::new();
    for index in 0..listed {
        resolver.visit(index, &mut Vec::new(), &mut order)?;
    }
    let index = resolver.add(entry, &[], Origin::Entry)?;
    resolver.visit(index, &mut Vec::new(), &mut order)?;
    Ok(resolver.graph(order))
}

struct Resolver<'a> {
    library: &'a dyn Library,
    granted: &'a Granted,
    known: Vec<Known>,
    /// Who has a name: the first one satisfies, the others are told about.
    names: HashMap<String, Vec<usize>>,
    /// Names that matter: first names, and names that something is imported by.
    used: HashSet<String>,
    total: Total,
    /// Modules that were found, by the plain form of the names under which they were.
    found: HashMap<String, usize>,
}

/// What the modules that are known have together.
#[derive(Default)]
struct Total {
    bytes: usize,
    memories: usize,
    tables: usize,
}

struct Known {
    node: Node,
    visit: Visit,
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Visit {
    ToDo,
    /// What it imports is being looked at.
    Open,
    Done,
}

/// A name without what says nothing in a path, so that one input is one module however it is called.
fn plain(name: &str) -> String {
    let root = if name.starts_with('/') { "/" } else { "" };
    let words = name.split('/').filter(|word| !matches!(*word, "" | "."));
    format!("{root}{}", words.collect::<Vec<_>>().join("/"))
}

impl Resolver<'_> {
    fn add(&mut self, module: &Module, names: &[String], origin: Origin) -> Result<usize, Ending> {
        if self.library.stopped() {
            return Err(Ending::Cancelled);
        }
        self.total.bytes = self.total.bytes.saturating_add(module.bytes.len());
        if self.known.len() == MAX_MODULES || self.total.bytes > MAX_BYTES {
            return Err(Ending::Invalid(format!(
                "the modules that are linked are too many: `{}` would be beyond {MAX_MODULES} modules or {MAX_BYTES} bytes",
                module.name
            )));
        }
        let binary = module::binary(module)?;
        let interface = Interface::read(&binary).map_err(|error| module::invalid(module, &error))?;
        self.count(module, &interface)?;
        let index = self.known.len();
        for name in names {
            let owners = self.names.entry(name.clone()).or_default();
            if owners.last() != Some(&index) {
                owners.push(index);
            }
        }
        let (module, names) = (module.clone(), names.to_vec());
        let node = Node { module, binary, interface, names, origin, providers: Vec::new() };
        self.known.push(Known { node, visit: Visit::ToDo });
        Ok(index)
    }

    /// Counts memories and tables: the engine has room for so many of a program's, and no more.
    fn count(&mut self, module: &Module, interface: &Interface) -> Result<(), Ending> {
        self.total.memories = self.total.memories.saturating_add(interface.own.memories);
        self.total.tables = self.total.tables.saturating_add(interface.own.tables);
        let (count, what) = match &self.total {
            Total { memories, .. } if *memories > memory::MAX_ITEMS => (memories, "memories"),
            Total { tables, .. } if *tables > memory::MAX_ITEMS => (tables, "tables"),
            _ => return Ok(()),
        };
        Err(Ending::Invalid(format!(
            "with `{}` the program has {count} {what}, and a program may have {} of them",
            module.name,
            memory::MAX_ITEMS
        )))
    }

    /// Finds who satisfies the imports of a module, and of those in turn. `path` leads to it.
    fn visit(&mut self, index: usize, path: &mut Vec<usize>, order: &mut Vec<usize>) -> Result<(), Ending> {
        if self.known[index].visit == Visit::Done {
            return Ok(());
        }
        self.known[index].visit = Visit::Open;
        path.push(index);
        let interface = std::mem::take(&mut self.known[index].node.interface);
        let mut providers = Vec::with_capacity(interface.imports.len());
        let mut found: HashMap<&str, Provider> = HashMap::new();
        for import in &interface.imports {
            let provider = match found.get(&*import.module) {
                Some(&provider) => provider,
                None => {
                    let provider = self.provider(index, &import.module, &interface)?;
                    if let Provider::Module(other) = provider {
                        if self.known[other].visit == Visit::Open {
                            return Err(message::circle(self.circle(path, other)));
                        }
                        self.visit(other, path, order)?;
                    }
                    found.insert(&import.module, provider);
                    provider
                }
            };
            self.check(&self.known[index].node.module, import, provider)?;
            providers.push(provider);
        }
        drop(found);
        self.check_memory(index, &interface, &providers)?;
        let known = &mut self.known[index];
        (known.node.interface, known.node.providers, known.visit) = (interface, providers, Visit::Done);
        path.pop();
        order.push(index);
        Ok(())
    }

    /// Who satisfies imports of a module name. A module does not satisfy its own: one that stands in for WASI may
    /// import WASI.
    fn provider(&mut self, user: usize, name: &str, interface: &Interface) -> Result<Provider, Ending> {
        self.used.insert(name.to_owned());
        let known = self.names.get(name).map(Vec::as_slice).unwrap_or_default();
        if let Some(&other) = known.iter().find(|&&other| other != user) {
            return Ok(Provider::Module(other));
        }
        let host = HostModule::of(name);
        let refused = match host.map(|host| (host, self.granted.check(host))) {
            Some((host, Ok(()))) => return Ok(Provider::Host(host)),
            Some((_, Err(denied))) => Some(denied),
            None => None,
        };
        let itself = !known.is_empty();
        let module = &self.known[user].node.module;
        if !itself {
            let plain = plain(name);
            if let Some(&other) = self.found.get(&plain) {
                return Ok(Provider::Module(other));
            }
            let found = self.library.find(name).map_err(|error| message::unreadable(module, name, &error))?;
            if let Some(found) = found {
                let other = self.add(&found, &[name.to_owned()], Origin::Found)?;
                self.found.insert(plain, other);
                return Ok(Provider::Module(other));
            }
        } else {
            return Err(message::circle(vec![module.name.clone()]));
        }
        let import = interface.imports.iter().find(|import| *import.module == *name);
        let listed: Vec<_> =
            self.known.iter().map(|known| &known.node).filter(|node| node.origin == Origin::Listed).collect();
        Err(match refused {
            Some(denied) => message::refused(module, name, import, denied),
            None => message::unknown(module, name, import, &listed, &self.library.places()),
        })
    }

    /// Whether an import's provider has what is imported.
    fn check(&self, user: &Module, import: &Import, provider: Provider) -> Result<(), Ending> {
        let other = match provider {
            Provider::Host(host) => return host.check(user, import),
            Provider::Module(other) => &self.known[other].node,
        };
        match other.interface.export(&import.name) {
            None => Err(message::not_exported(user, import, other)),
            Some(given) if !import.ty.is_satisfied_by(given) => {
                Err(message::mismatch(user, import, &format!("`{}`", other.module.name), given))
            }
            Some(_) => Ok(()),
        }
    }

    /// Refuses an import module that can't exchange anything with dayfly: the memory of a module is its own.
    fn check_memory(
        &self,
        index: usize,
        interface: &Interface,
        providers: &[Provider],
    ) -> Result<(), Ending> {
        let node = &self.known[index].node;
        let has_memory = interface.export("memory").is_some_and(|export| export.kind() == "memory");
        if node.origin == Origin::Entry || has_memory {
            return Ok(());
        }
        let mut imports = interface.imports.iter().zip(providers);
        let through_memory = imports.find_map(|(import, provider)| match provider {
            Provider::Host(host) if host.uses_memory(&import.name) => Some((import, *host)),
            _ => None,
        });
        match through_memory {
            Some((import, host)) => Err(message::no_memory(&node.module, &import.name, host)),
            None => Ok(()),
        }
    }

    /// The names of the modules on the way from `first` back to it.
    fn circle(&self, path: &[usize], first: usize) -> Vec<String> {
        let from = path.iter().position(|&index| index == first).unwrap_or_default();
        path[from..].iter().map(|&index| self.known[index].node.module.name.clone()).collect()
    }

    fn graph(self, order: Vec<usize>) -> Graph {
        let shared = self.names.iter();
        let mut shared: Vec<_> =
            shared.filter(|(name, owners)| owners.len() > 1 && self.used.contains(*name)).collect();
        shared.sort();
        // Modules that share one name mostly share several: told once, that is enough.
        let mut told = HashSet::new();
        shared.retain(|(_, owners)| told.insert(owners.as_slice()));
        let module = |&index: &usize| &self.known[index].node.module;
        let warnings =
            shared.iter().map(|(name, owners)| message::duplicate(name, owners.iter().map(module))).collect();
        let mut places = vec![usize::MAX; self.known.len()];
        for (place, &index) in order.iter().enumerate() {
            places[index] = place;
        }
        let mut nodes: Vec<_> = self.known.into_iter().map(|known| Some(known.node)).collect();
        let in_order = order.iter().filter_map(|&index| nodes[index].take());
        let nodes = in_order.map(|mut node| {
            for provider in &mut node.providers {
                if let Provider::Module(index) = provider {
                    *index = places[*index];
                }
            }
            node
        });
        Graph { nodes: nodes.collect(), warnings }
    }
}

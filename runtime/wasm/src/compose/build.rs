//! Putting components together: one component that holds them all, and instantiates each of them once.

use std::collections::HashSet;
use std::sync::Arc;

use dayfly_core::Ending;
use wac_graph::types::{DefinedType, FuncTypeId, ItemKind, Package, SubtypeChecker, Type, Types, ValueType};
use wac_graph::{CompositionGraph, EncodeOptions, NodeId};
use wasmparser::{Parser, Payload, Validator, WasmFeatures};

use super::weight::Scales;
use super::wit::Shown;
use super::{Composed, Import, Part, Provider, message};
use crate::contain::contained;
use crate::inspect::SUPPORTED;
use crate::nesting;
use crate::words;

/// The most bytes of components that are put together: there are several copies of them for a moment.
const MAX_BYTES: usize = 256 << 20;
/// The most types that are met on the way through all imports, each as often as it is met.
const MAX_WEIGHT: u64 = 10_000_000;

/// What components may have beyond core modules.
pub(crate) const FEATURES: WasmFeatures = {
    let features = SUPPORTED.union(WasmFeatures::COMPONENT_MODEL);
    let tasks = WasmFeatures::CM_ASYNC
        .union(WasmFeatures::CM_ASYNC_STACKFUL)
        .union(WasmFeatures::CM_MORE_ASYNC_BUILTINS);
    if cfg!(feature = "wasi03") { features.union(tasks) } else { features.difference(tasks) }
};

pub(super) fn build(composed: &Composed) -> Result<Arc<[u8]>, Ending> {
    let names: Vec<&str> = composed.used().map(|part| part.module.name.as_str()).collect();
    let failed = |why: &str| message::not_together(&names, why, &composed.warnings);
    let bytes = composed.used().fold(0_usize, |sum, part| sum.saturating_add(part.binary.len()));
    if bytes > MAX_BYTES {
        return Err(failed(&format!("they have {bytes} bytes, and may have {MAX_BYTES}")));
    }
    for part in composed.used() {
        validate(&part.binary).map_err(|why| message::invalid(&part.module, &why))?;
    }
    let built = contained(|| Builder::new(composed).map(Builder::build));
    let binary = match built {
        Ok(Ok(binary)) => binary,
        Ok(Err(Wrong::Import(ending))) => return Err(ending),
        Ok(Err(Wrong::Whole(why))) | Err(why) => return Err(failed(&why)),
    };
    validate(&binary).map_err(|why| failed(&why))?;
    Ok(binary.into())
}

/// Checks all but the functions' bodies, which are for whoever compiles them.
fn validate(binary: &[u8]) -> Result<(), String> {
    nesting::check(binary).map_err(|why| why.to_string())?;
    let said = |error: wasmparser::Error| format!("{} (at offset {:#x})", error.message(), error.offset());
    let (mut validator, mut parser) = (Validator::new_with_features(FEATURES), Parser::new(0));
    parser.set_features(FEATURES);
    for payload in parser.parse_all(binary) {
        let payload = payload.map_err(said)?;
        if !matches!(payload, Payload::CodeSectionEntry(_)) {
            validator.payload(&payload).map_err(said)?;
        }
    }
    Ok(())
}

/// Why components can't be put together.
enum Wrong {
    /// An import is not satisfied by what satisfies it.
    Import(Ending),
    /// Anything else.
    Whole(String),
}

/// A composition in the making.
struct Builder<'a> {
    composed: &'a Composed,
    graph: CompositionGraph,
    /// What is made of each part; nothing where a part is not used.
    instances: Vec<Option<NodeId>>,
}

impl<'a> Builder<'a> {
    /// Instantiates all parts, with nothing satisfied yet.
    fn new(composed: &'a Composed) -> Result<Builder<'a>, String> {
        let (mut graph, mut instances) = (CompositionGraph::new(), Vec::new());
        let mut worlds = Vec::new();
        for (index, part) in composed.parts.iter().enumerate() {
            if !part.used {
                instances.push(None);
                continue;
            }
            let name = format!("dayfly:part{index}");
            let package = Package::from_bytes(&name, None, part.binary.to_vec(), graph.types_mut());
            let package = package.map_err(|error| format!("`{}`: {error:#}", part.module.name))?;
            worlds.push(package.ty());
            let package = graph.register_package(package).map_err(|error| error.to_string())?;
            instances.push(Some(graph.instantiate(package)));
        }
        let mut scales = Scales::new(graph.types());
        let items = worlds.iter().flat_map(|world| graph.types()[*world].imports.values());
        if items.fold(0_u64, |sum, item| sum.saturating_add(scales.item(*item))) > MAX_WEIGHT {
            return Err(format!("the types of their imports are made of more than {MAX_WEIGHT} others"));
        }
        Ok(Builder { composed, graph, instances })
    }

    fn build(mut self) -> Result<Vec<u8>, Wrong> {
        for (index, part) in self.composed.parts.iter().enumerate().filter(|(_, part)| part.used) {
            for (import, provider) in part.shape.imports.iter().zip(&part.providers) {
                let (other, node) = match provider {
                    Provider::Nobody => match self.type_of_another(part, import)? {
                        Some(found) => found,
                        None => continue,
                    },
                    Provider::Host(_) => {
                        self.check_plain(part, import)?;
                        continue;
                    }
                    provider => match self.given(provider)? {
                        Some(found) => found,
                        None => continue,
                    },
                };
                let user = self.instance(index)?;
                if self.graph.set_instantiation_argument(user, &import.name, node).is_err() {
                    return Err(self.mismatch(index, import, other, node));
                }
            }
        }
        let entry = self.composed.parts.len().saturating_sub(1);
        for name in &self.composed.interface.exports {
            let node = self.export(entry, name)?;
            if let ItemKind::Func(function) = self.graph[node].item_kind()
                && has_named_types(self.graph.types(), function)
            {
                // Its types have their names in the entry component alone, and no other can export a function of them.
                continue;
            }
            self.graph.export(node, name).map_err(|error| Wrong::Whole(chain(&error)))?;
        }
        // It is validated with the features that the engine has.
        let options = EncodeOptions { validate: false, ..EncodeOptions::default() };
        self.graph.encode(options).map_err(|error| Wrong::Whole(chain(&error)))
    }

    /// Checks that what is imported of dayfly is what interfaces are made of. Whoever encodes the import anew takes that
    /// for granted.
    fn check_plain(&self, part: &Part, import: &Import) -> Result<(), Wrong> {
        match self.wanted(part, import) {
            Some(ty) if is_plain(self.graph.types(), ty) => Ok(()),
            _ => Err(Wrong::Whole(format!(
                "`{}` imports `{}` as what no interface is",
                part.module.name,
                words::name(&import.name)
            ))),
        }
    }

    /// What satisfies an import, and whose it is. None for what dayfly has.
    fn given(&mut self, provider: &Provider) -> Result<Option<(usize, NodeId)>, Wrong> {
        Ok(match provider {
            Provider::Part(other, export) => Some((*other, self.export(*other, export)?)),
            Provider::Whole(other) => Some((*other, self.instance(*other)?)),
            Provider::Host(_) | Provider::Nobody => None,
        })
    }

    /// What stands behind an import that is another name for a resource of an interface that the same component imports:
    /// the resource of whoever satisfies that. None for all other types, which are what they are wherever they come from.
    fn type_of_another(&mut self, part: &Part, import: &Import) -> Result<Option<(usize, NodeId)>, Wrong> {
        let types = self.graph.types();
        let Some(ItemKind::Type(Type::Resource(resource))) = self.wanted(part, import) else {
            return Ok(None);
        };
        let owner = types[resource].alias.and_then(|alias| alias.owner).and_then(|id| types[id].id.clone());
        let name = types[types.resolve_resource(resource)].name.clone();
        let mut imports = part.shape.imports.iter().zip(&part.providers);
        let Some((_, provider)) = owner.and_then(|owner| imports.find(|(import, _)| import.name == owner))
        else {
            return Ok(None);
        };
        let Some((other, interface)) = self.given(provider)? else { return Ok(None) };
        let found = self.graph.alias_instance_export(interface, &name);
        found.map(|node| Some((other, node))).map_err(|error| Wrong::Whole(chain(&error)))
    }

    /// The type of what a component imports.
    fn wanted(&self, part: &Part, import: &Import) -> Option<ItemKind> {
        let index = self.composed.parts.iter().position(|other| std::ptr::eq(other, part))?;
        let package = self.graph[self.instance(index).ok()?].package()?;
        self.graph.types()[self.graph[package].ty()].imports.get(&import.name).copied()
    }

    fn instance(&self, part: usize) -> Result<NodeId, Wrong> {
        let instance = self.instances.get(part).copied().flatten();
        instance.ok_or_else(|| Wrong::Whole(format!("part {part} is missing")))
    }

    fn export(&mut self, part: usize, name: &str) -> Result<NodeId, Wrong> {
        let instance = self.instance(part)?;
        self.graph.alias_instance_export(instance, name).map_err(|error| Wrong::Whole(chain(&error)))
    }

    /// What is wrong with an import that a node does not satisfy.
    fn mismatch(&self, user: usize, import: &Import, other: usize, given: NodeId) -> Wrong {
        let [user, other]: [Option<&Part>; 2] = [user, other].map(|part| self.composed.parts.get(part));
        let wanted = user.and_then(|user| self.wanted(user, import));
        let (Some(user), Some(other), Some(wanted)) = (user, other, wanted) else {
            return Wrong::Whole(format!("nothing satisfies `{}`", import.name));
        };
        let types = self.graph.types();
        let (wanted, given) = differing(types, &import.name, wanted, self.graph[given].item_kind());
        Wrong::Import(message::mismatch(&user.module, import, &other.module, &wanted, &given))
    }
}

/// Whether a function is of types that have names in WIT.
fn has_named_types(types: &Types, function: FuncTypeId) -> bool {
    let function = &types[function];
    function.params.values().chain(&function.result).any(|ty| is_named(types, *ty))
}

fn is_named(types: &Types, ty: ValueType) -> bool {
    let id = match ty {
        ValueType::Primitive(_) => return false,
        ValueType::Borrow(_) | ValueType::Own(_) => return true,
        ValueType::Defined(id) => id,
    };
    match &types[id] {
        DefinedType::Record(_) | DefinedType::Variant(_) | DefinedType::Flags(_) | DefinedType::Enum(_) => {
            true
        }
        DefinedType::Tuple(all) => all.iter().any(|ty| is_named(types, *ty)),
        DefinedType::Map(key, value) => is_named(types, *key) || is_named(types, *value),
        DefinedType::Result { ok, err } => ok.iter().chain(err).any(|ty| is_named(types, *ty)),
        DefinedType::List(ty)
        | DefinedType::FixedSizeList(ty, _)
        | DefinedType::Option(ty)
        | DefinedType::Alias(ty)
        | DefinedType::Stream(Some(ty))
        | DefinedType::Future(Some(ty)) => is_named(types, *ty),
        DefinedType::Stream(None) | DefinedType::Future(None) => false,
    }
}

/// Whether something is made of functions and types alone.
fn is_plain(types: &Types, item: ItemKind) -> bool {
    match item {
        ItemKind::Func(_) | ItemKind::Type(Type::Resource(_) | Type::Func(_) | Type::Value(_)) => true,
        ItemKind::Instance(id) => types[id].exports.values().all(|item| is_plain(types, *item)),
        ItemKind::Type(_) | ItemKind::Component(_) | ItemKind::Module(_) | ItemKind::Value(_) => false,
    }
}

/// The first lines of WIT in which what is wanted and what is given differ.
fn differing(types: &Types, name: &str, wanted: ItemKind, given: ItemKind) -> (String, String) {
    let shown = |name: &str, kind: ItemKind| words::ty(&Shown { types, name, kind });
    if let (ItemKind::Instance(wanted), ItemKind::Instance(given)) = (wanted, given) {
        let mut known = HashSet::new();
        let mut checker = SubtypeChecker::new(&mut known);
        for (name, wanted) in &types[wanted].exports {
            match types[given].exports.get(name) {
                None => return (shown(name, *wanted), format!("no `{}` in it", words::name(name))),
                Some(given) if checker.is_subtype(*given, types, *wanted, types).is_err() => {
                    return (shown(name, *wanted), format!("`{}`", shown(name, *given)));
                }
                Some(_) => {}
            }
        }
    }
    (shown(name, wanted), format!("`{}`", shown(name, given)))
}

/// An error with what caused it.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

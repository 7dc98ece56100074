//! The components that a component is put together from, and who satisfies what among them.

use serde::Serialize;
use wasmparser::{
    ComponentAlias, ComponentExternalKind, ComponentInstance, ComponentName, ComponentTypeRef, Error, Payload,
};

use super::{MAX_ITEMS, bounds};

/// An instance of a component in another one.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Part {
    /// Its name, where it has one, or else which of the components it is made of, in their order.
    pub name: String,
    /// What it is given, and by whom, in its own order.
    pub given: Vec<Given>,
}

/// What a part is given.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Given {
    /// The name by which it imports it.
    pub name: String,
    /// Who gives it.
    #[serde(flatten)]
    pub by: Giver,
}

/// Who gives something to a part.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "by")]
pub enum Giver {
    /// Whoever instantiates the whole, by this import.
    Import {
        /// The import's name.
        import: String,
    },
    /// Another part.
    Part {
        /// Which one, counted from 0.
        part: usize,
    },
    /// The whole itself, which made it of something else.
    Whole,
}

/// Follows what is instantiated in a component.
#[derive(Debug, Default)]
pub(super) struct Parts {
    instances: Vec<Giver>,
    functions: Vec<Giver>,
    /// Of each component: whether there is a core module in it. One that has none makes but an interface of functions.
    components: Vec<bool>,
    found: Vec<Found>,
}

#[derive(Debug)]
struct Found {
    /// Its place among the instances.
    instance: usize,
    component: usize,
    given: Vec<Given>,
}

impl Parts {
    /// Looks at a section of the outermost component.
    pub(super) fn outermost(&mut self, payload: &Payload<'_>) -> Result<(), Error> {
        match payload {
            Payload::ComponentSection { .. } => self.components.push(false),
            Payload::ComponentImportSection(section) => {
                for import in section.clone() {
                    let import = import?;
                    let giver = || Giver::Import { import: bounds::name(import.name.name) };
                    match import.ty {
                        ComponentTypeRef::Instance(_) => self.instances.push(giver()),
                        ComponentTypeRef::Func(_) => self.functions.push(giver()),
                        ComponentTypeRef::Component(_) => self.components.push(true),
                        _ => {}
                    }
                }
            }
            Payload::ComponentInstanceSection(section) => {
                for instance in section.clone() {
                    self.instance(&instance?);
                }
            }
            Payload::ComponentAliasSection(section) => {
                for alias in section.clone() {
                    match alias? {
                        ComponentAlias::InstanceExport { kind, instance_index, .. } => {
                            let of = self.instances.get(instance_index as usize);
                            let of = of.cloned().unwrap_or(Giver::Whole);
                            self.one_more(kind, of);
                        }
                        ComponentAlias::CoreInstanceExport { .. } => {}
                        ComponentAlias::Outer { kind, .. } => {
                            if kind == wasmparser::ComponentOuterAliasKind::Component {
                                self.components.push(false);
                            }
                        }
                    }
                }
            }
            Payload::ComponentCanonicalSection(section) => {
                for function in section.clone() {
                    if matches!(function?, wasmparser::CanonicalFunction::Lift { .. }) {
                        self.functions.push(Giver::Whole);
                    }
                }
            }
            Payload::ComponentExportSection(section) => {
                // What is exported is there once more.
                for export in section.clone() {
                    let export = export?;
                    let giver = self.giver(export.kind, export.index);
                    self.one_more(export.kind, giver);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// There is a core module in the component that is being read.
    pub(super) fn module_within(&mut self) {
        if let Some(last) = self.components.last_mut() {
            *last = true;
        }
    }

    fn instance(&mut self, instance: &ComponentInstance<'_>) {
        let place = self.instances.len();
        let ComponentInstance::Instantiate { component_index, args } = instance else {
            return self.instances.push(Giver::Whole);
        };
        let component = *component_index as usize;
        if !self.components.get(component).is_some_and(|has_code| *has_code) || self.found.len() >= MAX_ITEMS
        {
            return self.instances.push(Giver::Whole);
        }
        let given = args.iter().filter(|argument| argument.kind != ComponentExternalKind::Type);
        let given = given.take(MAX_ITEMS).map(|argument| Given {
            name: bounds::name(argument.name),
            by: self.giver(argument.kind, argument.index),
        });
        let found = Found { instance: place, component, given: given.collect() };
        self.instances.push(Giver::Part { part: self.found.len() });
        self.found.push(found);
    }

    fn giver(&self, kind: ComponentExternalKind, index: u32) -> Giver {
        let all = match kind {
            ComponentExternalKind::Instance => &self.instances,
            ComponentExternalKind::Func => &self.functions,
            _ => return Giver::Whole,
        };
        all.get(index as usize).cloned().unwrap_or(Giver::Whole)
    }

    fn one_more(&mut self, kind: ComponentExternalKind, giver: Giver) {
        match kind {
            ComponentExternalKind::Instance => self.instances.push(giver),
            ComponentExternalKind::Func => self.functions.push(giver),
            ComponentExternalKind::Component => self.components.push(false),
            _ => {}
        }
    }

    /// The parts, with the names that a custom section of the whole has for them. A component with a single part has
    /// code of its own, and nothing that is put together.
    pub(super) fn into_list(self, names: &[u8]) -> Vec<Part> {
        if self.found.len() < 2 {
            return Vec::new();
        }
        let names = instance_names(names);
        let part = |found: Found| {
            let own = names.iter().find(|(instance, _)| *instance as usize == found.instance);
            let name = own.map_or_else(|| format!("component {}", found.component), |(_, name)| name.clone());
            Part { name, given: found.given }
        };
        self.found.into_iter().map(part).collect()
    }
}

/// The names of instances. Nothing relies on them, so that those that can't be read are none.
fn instance_names(section: &[u8]) -> Vec<(u32, String)> {
    let reader = wasmparser::ComponentNameSectionReader::new(wasmparser::BinaryReader::new(section, 0));
    let instances = reader.into_iter().filter_map(|names| match names {
        Ok(ComponentName::Instances(names)) => Some(names),
        _ => None,
    });
    let names = instances.flatten().filter_map(|name| name.ok());
    names.take(MAX_ITEMS).map(|name| (name.index, bounds::name(name.name))).collect()
}

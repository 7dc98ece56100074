//! What has to be known of a component before it is written anew.

use std::borrow::Cow;
use std::collections::HashSet;

use wasmparser::{
    ComponentAlias, ComponentExternalKind, ComponentInstance, ComponentOuterAliasKind, ComponentTypeRef,
    Instance, Parser, Payload,
};

use super::component::fuse;
use super::{Error, UNUSUAL};

/// How deep components are looked for in components.
const MOST_LEVELS: usize = 8;
/// The most core instances that are made one: toolchains make five.
const MOST_MEMBERS: usize = 64;

/// Whether a component, or one inside it, has several core modules: others are not worth a look.
pub(super) fn has_several_modules(component: &[u8]) -> bool {
    let is_module = |payload: &Payload<'_>| matches!(payload, Payload::ModuleSection { .. });
    let payloads = Parser::new(0).parse_all(component).map_while(Result::ok);
    payloads.filter(is_module).nth(1).is_some()
}

/// What has to be known of a component before it is written anew.
#[derive(Default)]
pub(super) struct Outline<'a> {
    /// The core modules that are instantiated, in that order.
    pub(super) instantiated: Vec<u32>,
    /// The components inside it, as they are to be.
    pub(super) inside: Vec<Cow<'a, [u8]>>,
}

impl<'a> Outline<'a> {
    /// # Errors
    /// It is not valid, or it has core modules that come from elsewhere or go there: their numbers would have to be
    /// changed in more places.
    pub(super) fn of(component: &'a [u8], level: usize) -> Result<Outline<'a>, Error> {
        let mut outline = Outline::default();
        let mut depth = 0_usize;
        for payload in Parser::new(0).parse_all(component) {
            let payload = payload?;
            check_modules(&payload)?;
            match payload {
                Payload::ModuleSection { .. } => depth += 1,
                Payload::ComponentSection { unchecked_range, .. } => {
                    if depth == 0 {
                        outline.inside.push(component.get(unchecked_range).ok_or(UNUSUAL)?.into());
                    }
                    depth += 1;
                }
                Payload::End(_) => depth = depth.saturating_sub(1),
                Payload::InstanceSection(section) if depth == 0 => {
                    for instance in section {
                        if let Instance::Instantiate { module_index, .. } = instance? {
                            outline.instantiated.push(module_index);
                        }
                    }
                }
                _ => {}
            }
        }
        if level < MOST_LEVELS {
            for inside in &mut outline.inside {
                let fused = if has_several_modules(inside) { fuse(inside, level + 1) } else { None };
                if let Some(fused) = fused {
                    *inside = fused.into();
                }
            }
        }
        Ok(outline)
    }

    /// How many of the first core instances could be made one: each of a module that no other is made of, or there would
    /// be several copies of it.
    pub(super) fn most_members(&self) -> usize {
        let (mut once, mut often) = (HashSet::new(), HashSet::new());
        for module in &self.instantiated {
            if !once.insert(module) {
                often.insert(module);
            }
        }
        let first = self.instantiated.iter().take(MOST_MEMBERS);
        first.take_while(|module| !often.contains(module)).count()
    }
}

/// # Errors
/// A core module comes from elsewhere, or goes there.
fn check_modules(payload: &Payload<'_>) -> Result<(), Error> {
    let is_module = |kind| kind == ComponentExternalKind::Module;
    let mut found = false;
    match payload {
        Payload::ComponentImportSection(section) => {
            for import in section.clone() {
                found |= matches!(import?.ty, ComponentTypeRef::Module(_));
            }
        }
        Payload::ComponentExportSection(section) => {
            for export in section.clone() {
                found |= is_module(export?.kind);
            }
        }
        Payload::ComponentInstanceSection(section) => {
            for instance in section.clone() {
                found |= match instance? {
                    ComponentInstance::Instantiate { args, .. } => args.iter().any(|arg| is_module(arg.kind)),
                    ComponentInstance::FromExports(exports) => {
                        exports.iter().any(|export| is_module(export.kind))
                    }
                };
            }
        }
        Payload::ComponentAliasSection(section) => {
            for alias in section.clone() {
                found |= match alias? {
                    ComponentAlias::InstanceExport { kind, .. } => is_module(kind),
                    ComponentAlias::Outer { kind, .. } => kind == ComponentOuterAliasKind::CoreModule,
                    ComponentAlias::CoreInstanceExport { .. } => false,
                };
            }
        }
        _ => {}
    }
    if found { Err(UNUSUAL) } else { Ok(()) }
}

//! A component, written anew with its first core instances made one.

use std::borrow::Cow;
use std::collections::HashMap;

use wasm_encoder::reencode::{Reencode, ReencodeComponent, RoundtripReencoder};
use wasm_encoder::{
    Alias, CanonicalFunctionSection, Component, ComponentAliasSection, ComponentSectionId,
    ComponentTypeSection, ExportKind, InstanceSection, ModuleArg, RawSection,
};
use wasmparser::{
    CanonicalFunction, ComponentAlias, ComponentType, ExternalKind, Instance, InstantiationArg, Parser,
    Payload,
};

use super::modules::{self, Export, From, Link, kind, may_join};
use super::outline::Outline;
use super::parts::{Parts, SPACES, space, space_of_import};
use super::{BETWEEN, Error, UNUSUAL, Unfit};

/// The component with its first core instances made one, up to the first that can't be; none where there are no two.
/// `level` is how many components it is inside of.
pub(super) fn fuse(component: &[u8], level: usize) -> Option<Vec<u8>> {
    let outline = Outline::of(component, level).ok()?;
    let mut members = outline.most_members();
    while members >= 2 {
        let mut walk = Walk::new(&outline, members);
        match walk.component(component) {
            Ok(fused) => return Some(fused),
            // Those that were met before what is in between can be, and nothing comes between them.
            Err(Error::UserError(Unfit::Between)) => members = walk.met.len().min(members - 1),
            Err(error) => {
                tracing::debug!(%error, "the core modules of a component can't be made one");
                break;
            }
        }
    }
    let has_changed = outline.inside.iter().any(|inside| matches!(inside, Cow::Owned(_)));
    if has_changed { Walk::new(&outline, 0).component(component).ok() } else { None }
}

/// Something in a core index space of the component as it was.
#[derive(Clone, Copy)]
enum Thing<'a> {
    /// It is there under this number now.
    There(u32),
    /// It is an export of one of the modules that are made one.
    Inside(Export<'a>),
}

/// A core instance of the component as it was.
enum Made<'a> {
    /// One of those that are made one.
    Member(usize),
    /// Things under names.
    Bundle(HashMap<&'a str, (ExternalKind, Thing<'a>)>),
    /// It is there under this number now.
    There(u32),
}

/// What is known of the core instances that are made one, once the last of them was met.
struct Fused<'a> {
    link: Link<'a>,
    /// Its number.
    instance: u32,
    /// The component up to where its module belongs.
    before: Component,
    /// What is wanted of it, in the order of its places, and where in its index space that is.
    exports: Vec<Export<'a>>,
    places: HashMap<Export<'a>, u32>,
}

/// A component while it is written anew.
struct Walk<'a> {
    outline: &'a Outline<'a>,
    /// How many of the first core instances are made one.
    members: usize,
    modules: Vec<(&'a [u8], Option<u32>)>,
    /// How many components were met that are inside it.
    met_inside: usize,
    /// What the core instances that are made one are made of: their modules, and where the imports of each come from.
    met: Vec<(Parts<'a>, Vec<InstantiationArg<'a>>)>,
    made: Vec<Made<'a>>,
    /// What was given to another core instance, under its number from then on.
    given: HashMap<u32, u32>,
    spaces: [Vec<Thing<'a>>; SPACES],
    fused: Option<Fused<'a>>,
    written: Component,
    /// How much there is in what is written: modules, instances, and things in each index space.
    module_count: u32,
    instance_count: u32,
    counts: [u32; SPACES],
}

impl<'a> Walk<'a> {
    fn new(outline: &'a Outline<'a>, members: usize) -> Walk<'a> {
        Walk {
            outline,
            members,
            modules: Vec::new(),
            met_inside: 0,
            met: Vec::new(),
            made: Vec::new(),
            given: HashMap::new(),
            spaces: Default::default(),
            fused: None,
            written: Component::new(),
            module_count: 0,
            instance_count: 0,
            counts: [0; SPACES],
        }
    }

    /// Writes all of it.
    ///
    /// # Errors
    /// It can't be written so.
    fn component(&mut self, component: &'a [u8]) -> Result<Vec<u8>, Error> {
        let mut parser = Parser::new(0);
        let mut rest = component;
        while !rest.is_empty() {
            let wasmparser::Chunk::Parsed { consumed, payload } = parser.parse(rest, true)? else {
                return Err(UNUSUAL);
            };
            rest = rest.get(consumed..).ok_or(UNUSUAL)?;
            if let Payload::ModuleSection { unchecked_range, .. }
            | Payload::ComponentSection { unchecked_range, .. } = &payload
            {
                rest = rest.get(unchecked_range.len()..).ok_or(UNUSUAL)?;
            }
            self.payload(payload, component)?;
        }
        self.finish()
    }

    fn payload(&mut self, payload: Payload<'a>, component: &'a [u8]) -> Result<(), Error> {
        match payload {
            Payload::ModuleSection { unchecked_range, .. } => {
                self.module(component.get(unchecked_range).ok_or(UNUSUAL)?);
            }
            Payload::ComponentSection { .. } => {
                let inside = self.outline.inside.get(self.met_inside).ok_or(UNUSUAL)?;
                self.raw(ComponentSectionId::Component.into(), inside);
                self.met_inside += 1;
            }
            // What they do would be done before what those do that were met.
            Payload::ComponentInstanceSection(_) | Payload::ComponentStartSection { .. }
                if self.fused.is_none() && !self.met.is_empty() =>
            {
                return Err(BETWEEN);
            }
            // A destructor has the number of a core function.
            Payload::ComponentTypeSection(types) if has_destructors(types.clone())? => {
                for ty in types {
                    let mut section = ComponentTypeSection::new();
                    self.parse_component_type(section.ty(), ty?)?;
                    self.written.section(&section);
                }
            }
            Payload::InstanceSection(section) => {
                for instance in section {
                    self.instance(instance?)?;
                }
            }
            Payload::ComponentAliasSection(section) => {
                for alias in section {
                    self.alias(alias?)?;
                }
            }
            Payload::ComponentCanonicalSection(section) => {
                for canonical in section {
                    self.canonical(canonical?)?;
                }
            }
            // Numbers of core instances are written there, too, for people.
            Payload::CustomSection(_) | Payload::Version { .. } | Payload::End(_) => {}
            other => {
                let (id, range) = other.as_section().ok_or(UNUSUAL)?;
                self.raw(id, component.get(range).ok_or(UNUSUAL)?);
            }
        }
        Ok(())
    }

    fn raw(&mut self, id: u8, data: &[u8]) {
        self.written.section(&RawSection { id, data });
    }

    /// A core module: it stays if an instance of it does.
    fn module(&mut self, module: &'a [u8]) {
        let number = self.modules.len();
        let others = self.outline.instantiated.get(self.members..).unwrap_or_default();
        let stays = others.iter().any(|&other| other as usize == number);
        if stays {
            self.raw(ComponentSectionId::CoreModule.into(), module);
        }
        let place = stays.then_some(self.module_count);
        self.module_count += u32::from(stays);
        self.modules.push((module, place));
    }

    fn instance(&mut self, instance: Instance<'a>) -> Result<(), Error> {
        let made = match instance {
            Instance::FromExports(exports) => {
                let thing = |export: &wasmparser::Export<'a>| {
                    let thing = self.spaces[space(export.kind)].get(export.index as usize).ok_or(UNUSUAL)?;
                    Ok((export.name, (export.kind, *thing)))
                };
                Made::Bundle(exports.iter().map(thing).collect::<Result<_, Error>>()?)
            }
            Instance::Instantiate { module_index, args } => {
                let &(module, place) = self.modules.get(module_index as usize).ok_or(UNUSUAL)?;
                let member = self.met.len();
                if self.fused.is_none() && member < self.members {
                    let parts = Parts::of(module)?;
                    if member > 0 && !may_join(&parts, self.met.iter().map(|(parts, _)| parts)) {
                        return Err(BETWEEN);
                    }
                    self.met.push((parts, args.into_vec()));
                    if self.met.len() == self.members {
                        self.link()?;
                    }
                    Made::Member(member)
                } else {
                    let mut given = Vec::new();
                    for arg in &args {
                        given.push((arg.name, ModuleArg::Instance(self.given(arg.index)?)));
                    }
                    let mut section = InstanceSection::new();
                    section.instantiate(place.ok_or(UNUSUAL)?, given);
                    Made::There(self.new_instance(&section))
                }
            }
        };
        self.made.push(made);
        Ok(())
    }

    fn new_instance(&mut self, section: &InstanceSection) -> u32 {
        self.written.section(section);
        self.instance_count += 1;
        self.instance_count - 1
    }

    /// A core instance that is given to another: its number.
    fn given(&mut self, instance: u32) -> Result<u32, Error> {
        if let Some(given) = self.given.get(&instance) {
            return Ok(*given);
        }
        let mut exports: Vec<(&'a str, ExternalKind, Thing<'a>)> =
            match self.made.get(instance as usize).ok_or(UNUSUAL)? {
                Made::There(there) => return Ok(*there),
                Made::Bundle(exports) => {
                    exports.iter().map(|(name, (kind, thing))| (*name, *kind, *thing)).collect()
                }
                &Made::Member(module) => {
                    // Before all of them are there, none of them is.
                    let fused = self.fused.as_ref().ok_or(BETWEEN)?;
                    let exports = &fused.link.modules.get(module).ok_or(UNUSUAL)?.exports;
                    let inside = |(&name, &(kind, _)): (&&'a str, &(ExternalKind, u32))| {
                        (name, kind, Thing::Inside(Export { module, name }))
                    };
                    exports.iter().map(inside).collect()
                }
            };
        // The same component is written the same.
        exports.sort_unstable_by_key(|(name, ..)| *name);
        let mut things = Vec::new();
        for (name, kind, thing) in exports {
            things.push((name, modules::kind(space(kind)), self.place(space(kind), thing)?));
        }
        let given = self.bundle(&things);
        self.given.insert(instance, given);
        Ok(given)
    }

    fn bundle(&mut self, things: &[(&str, ExportKind, u32)]) -> u32 {
        let mut section = InstanceSection::new();
        section.export_items(things.iter().copied());
        self.new_instance(&section)
    }

    /// Where a thing is in the component that is written.
    fn place(&mut self, space: usize, thing: Thing<'a>) -> Result<u32, Error> {
        let export = match thing {
            Thing::There(there) => return Ok(there),
            Thing::Inside(export) => export,
        };
        let fused = self.fused.as_mut().ok_or(BETWEEN)?;
        if let Some(place) = fused.places.get(&export) {
            return Ok(*place);
        }
        let place = self.counts[space];
        self.counts[space] += 1;
        fused.exports.push(export);
        fused.places.insert(export, place);
        let (instance, name) = (fused.instance, export.linked_name());
        let mut section = ComponentAliasSection::new();
        section.alias(Alias::CoreInstanceExport { instance, kind: kind(space), name: &name });
        self.written.section(&section);
        Ok(place)
    }

    fn alias(&mut self, alias: ComponentAlias<'a>) -> Result<(), Error> {
        let mut section = ComponentAliasSection::new();
        if let ComponentAlias::CoreInstanceExport { kind, instance_index, name } = alias {
            let space = space(kind);
            let thing = match self.made.get(instance_index as usize).ok_or(UNUSUAL)? {
                &Made::Member(module) => Thing::Inside(Export { module, name }),
                Made::Bundle(exports) => exports.get(name).ok_or(UNUSUAL)?.1,
                &Made::There(instance) => {
                    section.alias(Alias::CoreInstanceExport { instance, kind: modules::kind(space), name });
                    self.counts[space] += 1;
                    Thing::There(self.counts[space] - 1)
                }
            };
            self.spaces[space].push(thing);
        } else {
            section.alias(RoundtripReencoder.component_alias(alias).map_err(|_| UNUSUAL)?);
        }
        if !section.is_empty() {
            self.written.section(&section);
        }
        Ok(())
    }

    /// What stands between the component and its core modules. All but what is lifted is a core function.
    fn canonical(&mut self, canonical: CanonicalFunction) -> Result<(), Error> {
        let is_core = !matches!(canonical, CanonicalFunction::Lift { .. });
        let mut section = CanonicalFunctionSection::new();
        self.parse_component_canonical(&mut section, canonical)?;
        self.written.section(&section);
        if is_core {
            self.spaces[0].push(Thing::There(self.counts[0]));
            self.counts[0] += 1;
        }
        Ok(())
    }

    /// All core instances that are made one were met: from here on there is one.
    fn link(&mut self) -> Result<(), Error> {
        let mut link = Link { modules: Vec::new(), imports: Vec::new(), outside: Vec::new() };
        let mut outside = Vec::<(usize, u32)>::new();
        let mut numbers = HashMap::<(usize, u32), u32>::new();
        for (parts, args) in std::mem::take(&mut self.met) {
            let mut imports = Vec::new();
            let args: HashMap<&str, u32> = args.iter().map(|arg| (arg.name, arg.index)).collect();
            for import in &parts.imports {
                let space = space_of_import(import);
                let instance = *args.get(import.module).ok_or(UNUSUAL)?;
                imports.push(match self.export(instance, import.name)? {
                    Thing::Inside(Export { module, name }) => From::Module(module, name),
                    Thing::There(place) => {
                        let next = u32::try_from(outside.len()).map_err(|_| UNUSUAL)?;
                        From::Outside(*numbers.entry((space, place)).or_insert_with(|| {
                            outside.push((space, place));
                            next
                        }))
                    }
                });
            }
            link.modules.push(parts);
            link.imports.push(imports);
        }
        link.outside = outside.iter().map(|&(space, _)| space).collect();
        let names: Vec<String> = (0..outside.len()).map(|number| number.to_string()).collect();
        let things =
            names.iter().zip(outside).map(|(name, (space, place))| (name.as_str(), kind(space), place));
        let given = self.bundle(&things.collect::<Vec<_>>());
        let before = std::mem::replace(&mut self.written, Component::new());
        let mut section = InstanceSection::new();
        section.instantiate(self.module_count, [("", ModuleArg::Instance(given))]);
        self.module_count += 1;
        let instance = self.new_instance(&section);
        self.fused = Some(Fused { link, instance, before, exports: Vec::new(), places: HashMap::new() });
        Ok(())
    }

    /// What an instance exports under a name.
    fn export(&self, instance: u32, name: &'a str) -> Result<Thing<'a>, Error> {
        match self.made.get(instance as usize).ok_or(UNUSUAL)? {
            &Made::Member(module) => Ok(Thing::Inside(Export { module, name })),
            Made::Bundle(exports) => Ok(exports.get(name).ok_or(UNUSUAL)?.1),
            Made::There(_) => Err(UNUSUAL),
        }
    }

    fn finish(&mut self) -> Result<Vec<u8>, Error> {
        let written = std::mem::replace(&mut self.written, Component::new()).finish();
        let Some(Fused { link, before, exports, .. }) = self.fused.take() else { return Ok(written) };
        let mut component = before;
        component.section(&RawSection {
            id: ComponentSectionId::CoreModule.into(),
            data: &link.module(&exports)?,
        });
        let mut component = component.finish();
        // What follows, without its own header.
        component.extend_from_slice(written.get(Component::HEADER.len()..).ok_or(UNUSUAL)?);
        Ok(component)
    }
}

/// Whether there are resources with destructors among types.
fn has_destructors(types: wasmparser::ComponentTypeSectionReader<'_>) -> Result<bool, Error> {
    for ty in types {
        if matches!(ty?, ComponentType::Resource { dtor: Some(_), .. }) {
            return Ok(true);
        }
    }
    Ok(false)
}

impl Reencode for Walk<'_> {
    type Error = Unfit;

    fn function_index(&mut self, index: u32) -> Result<u32, Error> {
        self.numbered(0, index)
    }

    fn table_index(&mut self, index: u32) -> Result<u32, Error> {
        self.numbered(1, index)
    }

    fn memory_index(&mut self, index: u32) -> Result<u32, Error> {
        self.numbered(2, index)
    }
}

impl ReencodeComponent for Walk<'_> {}

impl Walk<'_> {
    fn numbered(&mut self, space: usize, index: u32) -> Result<u32, Error> {
        let thing = *self.spaces[space].get(index as usize).ok_or(UNUSUAL)?;
        self.place(space, thing)
    }
}

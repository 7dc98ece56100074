//! What a binary is compiled to.

#[cfg(feature = "compile")]
use std::fs::File;
use std::ops::Range;

#[cfg(feature = "compile")]
use wasmtime::Engine;
#[cfg(feature = "components")]
use wasmtime::component::Component;

#[cfg(all(feature = "compile", feature = "components"))]
use crate::fuse;

/// What a binary is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    /// A core module.
    Module,
    /// A component.
    #[cfg(feature = "components")]
    Component,
}

/// Code that is ready to be instantiated.
#[derive(Clone)]
#[cfg_attr(not(feature = "compile"), allow(dead_code, reason = "without a compiler nothing is ever ready"))]
pub(crate) enum Native {
    Module(wasmtime::Module),
    #[cfg(feature = "components")]
    Component(Component),
}

impl Kind {
    /// What a binary is, whose header was looked at: after the magic come a version, and a layer that tells modules from
    /// components.
    #[allow(unused_variables, reason = "without components there is one kind")]
    pub(crate) fn of(binary: &[u8]) -> Kind {
        #[cfg(feature = "components")]
        if binary.get(6) == Some(&1) {
            return Kind::Component;
        }
        Kind::Module
    }
}

impl Native {
    /// Compiles a binary, and gives its code too.
    ///
    /// # Errors
    /// It is not valid.
    #[cfg(feature = "compile")]
    pub(crate) fn compile(engine: &Engine, binary: &[u8]) -> wasmtime::Result<Native> {
        Ok(match Kind::of(binary) {
            Kind::Module => Native::Module(wasmtime::Module::from_binary(engine, binary)?),
            #[cfg(feature = "components")]
            Kind::Component => {
                Native::Component(fused_or_not(binary, |binary| Component::from_binary(engine, binary))?)
            }
        })
    }

    /// Compiles a binary to bytes alone.
    ///
    /// # Errors
    /// It is not valid.
    #[cfg(feature = "compile")]
    pub(crate) fn precompile(engine: &Engine, binary: &[u8]) -> wasmtime::Result<Vec<u8>> {
        match Kind::of(binary) {
            Kind::Module => engine.precompile_module(binary),
            #[cfg(feature = "components")]
            Kind::Component => fused_or_not(binary, |binary| engine.precompile_component(binary)),
        }
    }

    /// Its code as bytes, which [`Native::deserialize`] takes.
    ///
    /// # Errors
    /// It can't be written down.
    #[cfg(feature = "compile")]
    pub(crate) fn serialize(&self) -> wasmtime::Result<Vec<u8>> {
        match self {
            Native::Module(module) => module.serialize(),
            #[cfg(feature = "components")]
            Native::Component(component) => component.serialize(),
        }
    }

    /// What was compiled from a binary of that kind.
    ///
    /// # Errors
    /// The engine does not take it.
    ///
    /// # Safety
    /// The bytes are what this crate's version of wasmtime compiled, and nobody changes them.
    #[cfg(feature = "compile")]
    #[allow(unsafe_code, reason = "native code is what this is for")]
    pub(crate) unsafe fn deserialize(engine: &Engine, kind: Kind, code: &[u8]) -> wasmtime::Result<Native> {
        Ok(match kind {
            // SAFETY: as the caller promises.
            Kind::Module => Native::Module(unsafe { wasmtime::Module::deserialize(engine, code) }?),
            #[cfg(feature = "components")]
            // SAFETY: as the caller promises.
            Kind::Component => Native::Component(unsafe { Component::deserialize(engine, code) }?),
        })
    }

    /// The same from a file, which is mapped.
    ///
    /// # Errors
    /// The engine does not take it, or the file can't be mapped.
    ///
    /// # Safety
    /// The file holds what this crate's version of wasmtime compiled, and nobody changes it.
    #[cfg(feature = "compile")]
    #[allow(unsafe_code, reason = "native code is what this is for")]
    pub(crate) unsafe fn deserialize_open_file(
        engine: &Engine,
        kind: Kind,
        file: File,
    ) -> wasmtime::Result<Native> {
        Ok(match kind {
            // SAFETY: as the caller promises.
            Kind::Module => Native::Module(unsafe { wasmtime::Module::deserialize_open_file(engine, file) }?),
            #[cfg(feature = "components")]
            // SAFETY: as the caller promises.
            Kind::Component => Native::Component(unsafe { component_of_file(engine, file) }?),
        })
    }

    /// How many bytes it takes in memory.
    pub(crate) fn bytes(&self) -> usize {
        let image = match self {
            Native::Module(module) => module.image_range(),
            #[cfg(feature = "components")]
            Native::Component(component) => component.image_range(),
        };
        image.end.addr().saturating_sub(image.start.addr())
    }

    /// The machine code.
    #[allow(dead_code, reason = "only signals have to know where it is")]
    pub(crate) fn text(&self) -> &[u8] {
        match self {
            Native::Module(module) => module.text(),
            #[cfg(feature = "components")]
            Native::Component(component) => component.text(),
        }
    }

    /// Where in it the functions are that the guest itself has. What else is there, such as the ways in and out, is left
    /// out.
    #[allow(dead_code, reason = "only signals have to know where they are")]
    pub(crate) fn functions(&self) -> Vec<Range<usize>> {
        let range = |function: wasmtime::ModuleFunction| function.offset..function.offset + function.len;
        match self {
            Native::Module(module) => module.functions().map(range).collect(),
            #[cfg(feature = "components")]
            Native::Component(component) => component.functions().map(range).collect(),
        }
    }

    /// The core module, if it is one.
    pub(crate) fn module(&self) -> Option<&wasmtime::Module> {
        match self {
            Native::Module(module) => Some(module),
            #[cfg(feature = "components")]
            Native::Component(_) => None,
        }
    }

    /// The component, if it is one.
    #[cfg(feature = "components")]
    pub(crate) fn component(&self) -> Option<&Component> {
        match self {
            Native::Module(_) => None,
            Native::Component(component) => Some(component),
        }
    }
}

/// Compiles a component whose core modules were made one, where they can be; else as it is. What is wrong with it is said
/// of the component itself.
#[cfg(all(feature = "components", feature = "compile"))]
fn fused_or_not<T>(binary: &[u8], compile: impl Fn(&[u8]) -> wasmtime::Result<T>) -> wasmtime::Result<T> {
    match fuse::fused(binary).map(|fused| compile(&fused)) {
        Some(Ok(compiled)) => Ok(compiled),
        Some(Err(_)) | None => compile(binary),
    }
}

/// A component from a file that is open. wasmtime wants its name, which on Linux every open file has.
///
/// # Safety
/// As [`Native::deserialize_open_file`].
#[cfg(all(feature = "components", feature = "compile"))]
#[allow(unsafe_code, reason = "native code is what this is for")]
unsafe fn component_of_file(engine: &Engine, mut file: File) -> wasmtime::Result<Component> {
    use std::io::{Read as _, Seek as _};
    #[cfg(target_os = "linux")]
    {
        use std::os::fd::AsRawFd as _;
        let name = format!("/proc/self/fd/{}", file.as_raw_fd());
        // SAFETY: the name leads to the file that is open, of which the caller promises what it holds.
        if let Ok(component) = unsafe { Component::deserialize_file(engine, name) } {
            return Ok(component);
        }
    }
    // No such names here, or no right to open it once more.
    let mut code = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut code)?;
    // SAFETY: the caller promises what the file holds.
    unsafe { Component::deserialize(engine, &code) }
}

impl std::fmt::Debug for Native {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Native::Module(_) => "Module",
            #[cfg(feature = "components")]
            Native::Component(_) => "Component",
        })
    }
}

//! Shaders, and what the compiler says of them.

use std::sync::Arc;

use wasmtime::Result;
use wasmtime::component::Resource;

use super::Front;
use super::bindings::first;
#[cfg(feature = "wasi03")]
use super::bindings::later;
use super::label::{Label, dropped, labelled};
use super::opened::Opened;
use super::things::{CompilationInfo, CompilationMessage, Said, ShaderModule};
use crate::gpu::Error;

/// The most messages that are told.
const MOST: usize = 64;

impl ShaderModule {
    pub(super) async fn new(opened: &Opened, code: &str, label: Label) -> ShaderModule {
        let (made, mut messages) = opened.device.examine_shader(code).await;
        if let (Err(error), true) = (&made, messages.is_empty()) {
            messages.push(wgpu::CompilationMessage {
                message: error.text.clone(),
                message_type: wgpu::CompilationMessageType::Error,
                location: None,
            });
        }
        messages.truncate(MOST);
        for message in &mut messages {
            // As long as errors are.
            message.message = Error::internal(std::mem::take(&mut message.message)).text;
        }
        let bytes = messages.iter().map(|message| message.message.len() + size_of_val(message)).sum();
        let taken = opened.device.shared.counters.text(bytes).ok();
        if taken.is_none() {
            messages.clear();
        }
        for location in messages.iter_mut().filter_map(|message| message.location.as_mut()) {
            in_utf16(code, location);
        }
        let made = opened.made(made);
        ShaderModule { made, said: Arc::new(Said { messages, _taken: taken }), label }
    }
}

/// The name of the function that a pipeline begins with, where it is named.
///
/// # Errors
/// No function has such a name.
pub(super) fn entry(name: Option<String>) -> std::result::Result<Option<String>, Error> {
    match name {
        // Drivers get it as a text that ends with 0.
        Some(name) if name.contains('\0') => {
            Err(Error::validation("no function of a shader has a name with a 0"))
        }
        name => Ok(name),
    }
}

/// A place as WebGPU counts: by the units of UTF-16, where the compiler counts bytes.
fn in_utf16(text: &str, location: &mut wgpu::SourceLocation) {
    let units = |start: u32, end: u32| {
        let part = text.get(start as usize..end as usize).unwrap_or_default();
        u32::try_from(part.encode_utf16().count()).unwrap_or(u32::MAX)
    };
    let start = location.offset;
    let line = start.saturating_sub(location.line_position.saturating_sub(1));
    *location = wgpu::SourceLocation {
        line_number: location.line_number,
        line_position: units(line, start) + 1,
        offset: units(0, start),
        length: units(start, start.saturating_add(location.length)),
    };
}

impl Front<'_> {
    /// What the compiler says of a shader.
    fn said(&mut self, module: &Resource<ShaderModule>) -> Result<Resource<CompilationInfo>> {
        let said = self.get(module)?.said.clone();
        self.add(CompilationInfo(said))
    }

    /// Where a message is about; zeros where it is about no place.
    fn place(&mut self, message: &Resource<CompilationMessage>) -> Result<wgpu::SourceLocation> {
        let nowhere = wgpu::SourceLocation { line_number: 0, line_position: 0, offset: 0, length: 0 };
        Ok(self.get(message)?.get().location.unwrap_or(nowhere))
    }
}

impl CompilationMessage {
    fn get(&self) -> &wgpu::CompilationMessage {
        &self.said.messages[self.index]
    }
}

impl first::HostGpuShaderModule for Front<'_> {
    fn get_compilation_info(&mut self, module: Resource<ShaderModule>) -> Result<Resource<CompilationInfo>> {
        self.said(&module)
    }

    labelled!(ShaderModule);
    dropped!(ShaderModule);
}

#[cfg(feature = "wasi03")]
impl later::HostGpuShaderModule for Front<'_> {
    labelled!(ShaderModule);
    dropped!(ShaderModule);
}

#[cfg(feature = "wasi03")]
impl<T: 'static> later::HostGpuShaderModuleWithStore<T> for super::Webgpu {
    async fn get_compilation_info(
        store: &wasmtime::component::Accessor<T, Self>,
        module: Resource<ShaderModule>,
    ) -> Result<Resource<CompilationInfo>> {
        store.with(|mut access| access.get().said(&module))
    }
}

texts! {
    impl HostGpuCompilationInfo for Front<'_> {
        fn messages(&mut self, info: Resource<CompilationInfo>) -> Result<Vec<Resource<CompilationMessage>>> {
            let said = self.get(&info)?.0.clone();
            let all = 0..said.messages.len();
            all.map(|index| self.add(CompilationMessage { said: said.clone(), index })).collect()
        }

        dropped!(CompilationInfo);
    }

    impl HostGpuCompilationMessage for Front<'_> {
        fn message(&mut self, message: Resource<CompilationMessage>) -> Result<String> {
            Ok(self.get(&message)?.get().message.clone())
        }

        fn type_(&mut self, message: Resource<CompilationMessage>) -> Result<GpuCompilationMessageType> {
            Ok(match self.get(&message)?.get().message_type {
                wgpu::CompilationMessageType::Error => GpuCompilationMessageType::Error,
                wgpu::CompilationMessageType::Warning => GpuCompilationMessageType::Warning,
                wgpu::CompilationMessageType::Info => GpuCompilationMessageType::Info,
            })
        }

        fn line_num(&mut self, message: Resource<CompilationMessage>) -> Result<u64> {
            Ok(self.place(&message)?.line_number.into())
        }

        fn line_pos(&mut self, message: Resource<CompilationMessage>) -> Result<u64> {
            Ok(self.place(&message)?.line_position.into())
        }

        fn offset(&mut self, message: Resource<CompilationMessage>) -> Result<u64> {
            Ok(self.place(&message)?.offset.into())
        }

        fn length(&mut self, message: Resource<CompilationMessage>) -> Result<u64> {
            Ok(self.place(&message)?.length.into())
        }

        dropped!(CompilationMessage);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_as_javascript_does() {
        let text = "// é\n// 🚀 x!";
        let at = text.find('!').unwrap() as u32;
        let line = text.find('\n').unwrap() as u32 + 1;
        let mut place =
            wgpu::SourceLocation { line_number: 2, line_position: at - line + 1, offset: at, length: 1 };
        in_utf16(text, &mut place);
        // Five characters before the second line; there five, of which one takes two units.
        assert_eq!((place.line_number, place.line_position, place.offset, place.length), (2, 8, 12, 1));
    }
}

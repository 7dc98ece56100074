//! What reads the same in both texts.

/// What both texts have of devices.
macro_rules! device {
    () => {
        fn features(&mut self, device: Resource<Device>) -> Result<Resource<SupportedFeatures>> {
            let features = self.get(&device)?.opened.device.features;
            self.add(SupportedFeatures(features))
        }

        fn limits(&mut self, device: Resource<Device>) -> Result<Resource<SupportedLimits>> {
            let limits = self.get(&device)?.opened.device.limits.clone();
            self.add(SupportedLimits(limits))
        }

        fn adapter_info(&mut self, device: Resource<Device>) -> Result<Resource<AdapterInfo>> {
            let index = self.get(&device)?.opened.index;
            self.info(index)
        }

        fn queue(&mut self, device: Resource<Device>) -> Result<Resource<Queue>> {
            let opened = self.opened(&device)?;
            let label = opened.queue_label.clone();
            self.add(Queue { opened, label })
        }

        fn destroy(&mut self, device: Resource<Device>) -> Result<()> {
            self.get(&device)?.opened.device.destroy();
            Ok(())
        }

        async fn create_buffer(
            &mut self,
            device: Resource<Device>,
            wanted: GpuBufferDescriptor,
        ) -> Result<Resource<Buffer>> {
            let opened = self.opened(&device)?;
            let is_mapped = wanted.mapped_at_creation.unwrap_or(false);
            let (of, label) = ((wanted.size, usage(wanted.usage)), Label::new(wanted.label));
            let buffer = Buffer::new(opened, of, is_mapped, label).await;
            self.add(buffer)
        }

        fn create_texture(
            &mut self,
            device: Resource<Device>,
            wanted: GpuTextureDescriptor,
        ) -> Result<Resource<Texture>> {
            self.get(&device)?.opened.raise(graphics::refused("textures"));
            self.add(Texture { label: Label::new(wanted.label) })
        }

        fn create_sampler(
            &mut self,
            device: Resource<Device>,
            wanted: Option<GpuSamplerDescriptor>,
        ) -> Result<Resource<Sampler>> {
            self.get(&device)?.opened.raise(graphics::refused("samplers"));
            self.add(Sampler { label: Label::new(wanted.and_then(|wanted| wanted.label)) })
        }

        async fn create_bind_group_layout(
            &mut self,
            device: Resource<Device>,
            wanted: GpuBindGroupLayoutDescriptor,
        ) -> Result<Resource<BindGroupLayout>> {
            let opened = self.opened(&device)?;
            let slots = wanted.entries.iter().map(slot).collect();
            let layout = BindGroupLayout::new(&opened, slots, Label::new(wanted.label)).await;
            self.add(layout)
        }

        async fn create_pipeline_layout(
            &mut self,
            device: Resource<Device>,
            wanted: GpuPipelineLayoutDescriptor,
        ) -> Result<Resource<PipelineLayout>> {
            let opened = self.opened(&device)?;
            let made = match self.layouts(&wanted.bind_group_layouts)? {
                Ok(layouts) => {
                    let immediates = immediates(&wanted);
                    opened.made(opened.device.create_pipeline_layout(layouts, immediates).await)
                }
                Err(error) => opened.made(Err(error)),
            };
            self.add(PipelineLayout { made, label: Label::new(wanted.label) })
        }

        async fn create_bind_group(
            &mut self,
            device: Resource<Device>,
            wanted: GpuBindGroupDescriptor,
        ) -> Result<Resource<BindGroup>> {
            let opened = self.opened(&device)?;
            let made = match self.bound(&wanted.layout, wanted.entries.iter().map(bound))? {
                Ok((layout, bound)) => opened.made(opened.device.create_group(&layout, bound).await),
                Err(error) => opened.made(Err(error)),
            };
            self.add(BindGroup { made, label: Label::new(wanted.label) })
        }

        async fn create_shader_module(
            &mut self,
            device: Resource<Device>,
            wanted: GpuShaderModuleDescriptor,
        ) -> Result<Resource<ShaderModule>> {
            let opened = self.opened(&device)?;
            let module = ShaderModule::new(&opened, &wanted.code, Label::new(wanted.label)).await;
            self.add(module)
        }

        async fn create_compute_pipeline(
            &mut self,
            device: Resource<Device>,
            wanted: GpuComputePipelineDescriptor,
        ) -> Result<Resource<ComputePipeline>> {
            let opened = self.opened(&device)?;
            let (wanted, label) = program(wanted);
            let made = match self.program(wanted)? {
                Ok(program) => opened.made(program.compile(&opened.device).await),
                Err(error) => opened.made(Err(error)),
            };
            self.add(ComputePipeline { opened, made, label })
        }

        fn create_render_pipeline(
            &mut self,
            device: Resource<Device>,
            wanted: GpuRenderPipelineDescriptor,
        ) -> Result<Resource<RenderPipeline>> {
            self.get(&device)?.opened.raise(graphics::refused("render pipelines"));
            self.forget([wanted.vertex.constants, wanted.fragment.and_then(|fragment| fragment.constants)])?;
            self.add(RenderPipeline { label: Label::new(wanted.label) })
        }

        fn create_command_encoder(
            &mut self,
            device: Resource<Device>,
            wanted: Option<GpuCommandEncoderDescriptor>,
        ) -> Result<Resource<CommandEncoder>> {
            let opened = self.opened(&device)?;
            let label = Label::new(wanted.and_then(|wanted| wanted.label));
            self.add(CommandEncoder::new(opened, label))
        }

        fn create_render_bundle_encoder(
            &mut self,
            device: Resource<Device>,
            wanted: GpuRenderBundleEncoderDescriptor,
        ) -> Result<Resource<RenderBundleEncoder>> {
            self.get(&device)?.opened.raise(graphics::refused("render bundles"));
            self.add(RenderBundleEncoder { label: Label::new(wanted.label) })
        }

        async fn create_query_set(
            &mut self,
            device: Resource<Device>,
            wanted: GpuQuerySetDescriptor,
        ) -> Result<std::result::Result<Resource<QuerySet>, CreateQuerySetError>> {
            let opened = self.opened(&device)?;
            let is_timestamps = wanted.type_ == GpuQueryType::Timestamp;
            let made = match is_timestamps {
                true => opened.device.create_queries(wanted.count).await,
                false => Err(graphics::refused("occlusion queries")),
            };
            // As WebGPU has it for what was not asked of the device.
            if let Err(Error { errno: Errno::NotSupported, text: message }) = made {
                return Ok(Err(CreateQuerySetError { kind: CreateQuerySetErrorKind::TypeError, message }));
            }
            let made = opened.made(made);
            let (count, label) = (wanted.count, Label::new(wanted.label));
            self.add(QuerySet { made, is_timestamps, count, label }).map(Ok)
        }

        labelled!(Device);

        fn push_error_scope(&mut self, device: Resource<Device>, filter: GpuErrorFilter) -> Result<()> {
            let opened = self.opened(&device)?;
            opened.hear();
            let filter = match filter {
                GpuErrorFilter::Validation => Filter::Validation,
                GpuErrorFilter::OutOfMemory => Filter::NoMemory,
                GpuErrorFilter::Internal => Filter::Internal,
            };
            // Scopes that are not there would have others be closed in their place.
            Ok(opened.device.push_scope(filter)?)
        }

        fn drop(&mut self, device: Resource<Device>) -> Result<()> {
            // What was made with it goes on having it.
            self.table().delete(device)?;
            Ok(())
        }
    };
}

/// Records as a text has them.
macro_rules! records {
    () => {
        /// One that a layout has room for.
        fn slot(entry: &GpuBindGroupLayoutEntry) -> std::result::Result<Slot, Error> {
            if entry.sampler.is_some() || entry.texture.is_some() || entry.storage_texture.is_some() {
                return Err(graphics::refused("bindings of textures and samplers"));
            }
            let Some(buffer) = &entry.buffer else {
                return Err(Error::validation(format!("binding {} is for nothing", entry.binding)));
            };
            let ty = match buffer.type_.unwrap_or(GpuBufferBindingType::Uniform) {
                GpuBufferBindingType::Uniform => wgpu::BufferBindingType::Uniform,
                GpuBufferBindingType::Storage => wgpu::BufferBindingType::Storage { read_only: false },
                GpuBufferBindingType::ReadOnlyStorage => wgpu::BufferBindingType::Storage { read_only: true },
            };
            Ok(Slot {
                binding: entry.binding,
                ty,
                dynamic: buffer.has_dynamic_offset.unwrap_or(false),
                least: buffer.min_binding_size.unwrap_or(0),
                visibility: visible(stages(entry.visibility))?,
            })
        }

        /// What a pipeline is made of, and what it is called.
        fn program(wanted: GpuComputePipelineDescriptor) -> (Wanted, Label) {
            let layout = match wanted.layout {
                GpuLayoutMode::Auto => None,
                GpuLayoutMode::Specific(layout) => Some(layout),
            };
            let GpuProgrammableStage { module, entry_point, constants } = wanted.compute;
            (Wanted { module, layout, entry: entry_point, constants }, Label::new(wanted.label))
        }

        /// Why there is no pipeline.
        fn no_pipeline(error: Error) -> CreatePipelineError {
            let reason = match error.errno {
                Errno::Internal | Errno::NoMemory | Errno::Quota => GpuPipelineErrorReason::Internal,
                _ => GpuPipelineErrorReason::Validation,
            };
            CreatePipelineError {
                kind: CreatePipelineErrorKind::GpuPipelineError(reason),
                message: error.text,
            }
        }

        fn no_scope(error: Error) -> PopErrorScopeError {
            PopErrorScopeError { kind: PopErrorScopeErrorKind::OperationError, message: error.text }
        }
    };
}

pub(super) use {device, records};

//! Recording for the driver what the host recorded.

use wgpu::{CommandBuffer, ComputePass, ComputePassDescriptor, ComputePassTimestampWrites};

use super::super::wire::Record;
use super::Nonsense;
use super::objects::Objects;

/// Commands, as the driver has them.
pub(super) fn commands(
    device: &wgpu::Device,
    objects: &Objects,
    records: &[Record],
) -> Result<CommandBuffer, Nonsense> {
    let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
    let mut records = records.iter();
    while let Some(record) = records.next() {
        match record {
            Record::Copy { source, source_offset, target, target_offset, size } => {
                let (source, target) = (objects.buffer(*source)?, objects.buffer(*target)?);
                encoder.copy_buffer_to_buffer(&source, *source_offset, &target, *target_offset, *size);
            }
            Record::Clear { buffer, offset, size } => {
                encoder.clear_buffer(&objects.buffer(*buffer)?, *offset, *size);
            }
            Record::Resolve { set, first, count, buffer, offset } => {
                let (set, buffer) = (objects.queries(*set)?, objects.buffer(*buffer)?);
                encoder.resolve_query_set(&set, *first..first.saturating_add(*count), &buffer, *offset);
            }
            Record::Begin(stamps) => {
                let set = stamps.map(|(set, ..)| objects.queries(set)).transpose()?;
                let timestamp_writes = match (&set, stamps) {
                    (Some(query_set), Some((_, begin, end))) => Some(ComputePassTimestampWrites {
                        query_set,
                        beginning_of_pass_write_index: *begin,
                        end_of_pass_write_index: *end,
                    }),
                    _ => None,
                };
                let mut pass =
                    encoder.begin_compute_pass(&ComputePassDescriptor { label: None, timestamp_writes });
                for record in records.by_ref().take_while(|record| !matches!(record, Record::End)) {
                    within(&mut pass, objects, record)?;
                }
            }
            _ => return Err(Nonsense("a command outside of a pass".to_owned())),
        }
    }
    Ok(encoder.finish())
}

fn within(pass: &mut ComputePass<'_>, objects: &Objects, record: &Record) -> Result<(), Nonsense> {
    match record {
        Record::Pipeline(pipeline) => pass.set_pipeline(&objects.pipeline(*pipeline)?),
        Record::Bind { index, group, offsets } => {
            let group = group.map(|group| objects.group(group)).transpose()?;
            pass.set_bind_group(*index, group.as_ref(), offsets);
        }
        Record::Immediates { offset, data } => pass.set_immediates(*offset, data),
        Record::Dispatch([x, y, z]) => pass.dispatch_workgroups(*x, *y, *z),
        Record::Indirect { buffer, offset } => {
            pass.dispatch_workgroups_indirect(&objects.buffer(*buffer)?, *offset);
        }
        _ => return Err(Nonsense("a command within a pass".to_owned())),
    }
    Ok(())
}

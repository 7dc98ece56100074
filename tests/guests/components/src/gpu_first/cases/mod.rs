//! The cases.

mod buffers;
mod commands;
mod compute;
mod devices;
mod errors;

pub fn run(name: &str) {
    match name {
        "adapter" => devices::adapter(),
        "background" => errors::background(),
        "bindings" => commands::binding(),
        "compilation" => errors::compilation(),
        "computes" => compute::computes(),
        "constants" => compute::constants(),
        "encoders" => commands::encoders(),
        "for_ever" => errors::for_ever(),
        "graphics" => devices::graphics(),
        "indirect" => compute::indirect(),
        "labels" => devices::labels(),
        "limits" => devices::limits(),
        "lost" => devices::lost(),
        "mapping" => buffers::mapping(),
        "mapping_is_checked" => buffers::mapping_is_checked(),
        "memory" => devices::memory(),
        "numbered" => buffers::numbered(),
        "records" => devices::records(),
        "scopes" => errors::scopes(),
        "submitting" => commands::submitting(),
        "timestamps" => compute::timestamps(),
        "uncaptured" => errors::uncaptured(),
        "without" => devices::without(),
        other => panic!("there is no case {other}"),
    }
}

//! The cases.

mod buffers;
mod commands;
mod compute;
mod devices;
mod errors;
mod waiting;

pub async fn run(name: &str) {
    match name {
        "without" => devices::without().await,
        "adapter" => devices::adapter().await,
        "limits" => devices::limits().await,
        "computes" => compute::computes().await,
        "mapping" => buffers::mapping().await,
        "mapping_is_checked" => buffers::mapping_is_checked().await,
        "compilation" => errors::compilation().await,
        "scopes" => errors::scopes().await,
        "uncaptured" => errors::uncaptured().await,
        "loops" => errors::loops(1_000).await,
        "many_loops" => errors::loops(1 << 26).await,
        "hangs" => devices::hangs().await,
        "lost" => devices::lost().await,
        "encoders" => commands::encoders().await,
        "submitting" => commands::submitting().await,
        "bindings" => commands::binding().await,
        "constants" => compute::constants().await,
        "immediates" => compute::immediates().await,
        "indirect" => compute::indirect().await,
        "timestamps" => compute::timestamps().await,
        "compiling" => waiting::compiling().await,
        "ends_while_it_maps" => waiting::ends_while_it_maps().await,
        "records" => devices::records().await,
        "concurrent" => waiting::concurrent().await,
        "graphics" => devices::graphics().await,
        "labels" => devices::labels().await,
        "memory" => devices::memory().await,
        other => panic!("there is no case {other}"),
    }
}

//! Outgoing requests: behaviours of `wasi:http`.

mod ask;
mod invalid;
mod requests;
mod timeouts;

fn main() {
    components::show(&[
        ("content_length", requests::content_length),
        ("get", requests::get),
        ("get_from_deep_inside", requests::get_from_deep_inside),
        ("headers", requests::headers),
        ("large_post", requests::large_post),
        ("missing_path_and_query", requests::missing_path_and_query),
        ("post", requests::post),
        ("put", requests::put),
        ("response_build", requests::response_build),
        ("unknown_method", requests::unknown_method),
        ("many_at_once", requests::many_at_once),
        ("invalid_dnsname", invalid::dns_name),
        ("invalid_header", invalid::header),
        ("invalid_port", invalid::port),
        ("invalid_version", invalid::version),
        ("unsupported_scheme", invalid::scheme),
        ("timeout", timeouts::timeout),
    ]);
}

//! Connections, datagrams and names: behaviours of `wasi:sockets`.

mod names;
mod tcp;
mod tcp_options;
mod tcp_states;
mod udp;
mod udp_options;
mod udp_states;

fn main() {
    components::show(&[
        ("ip_name_lookup", names::lookup),
        ("tcp_bind", tcp::bind),
        ("tcp_busy_poll", tcp::busy_poll),
        ("tcp_connect", tcp::connect),
        ("tcp_listen", tcp::listen),
        ("tcp_sample_application", tcp::sample_application),
        ("tcp_streams", tcp::streams),
        ("tcp_send", tcp::send),
        ("tcp_sockopts", tcp_options::options),
        ("tcp_states", tcp_states::states),
        ("udp_bind", udp::bind),
        ("udp_connect", udp::connect),
        ("udp_sample_application", udp::sample_application),
        ("udp_send_to_closed_receiver", udp::send_to_closed_receiver),
        ("udp_send_too_much", udp::send_too_much),
        ("udp_stream", udp::stream),
        ("udp_sockopts", udp_options::options),
        ("udp_states", udp_states::states),
    ]);
}

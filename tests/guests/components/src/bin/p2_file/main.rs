//! Files and folders: behaviours of `wasi:filesystem`.

mod contents;
mod folders;
mod read_only;

fn main() {
    components::show(&[
        ("append", contents::append),
        ("read", contents::read),
        ("read_write", contents::read_write),
        ("stream_not_permitted", contents::stream_not_permitted),
        ("directory_list", folders::directory_list),
        ("dir_sync", folders::dir_sync),
        ("multiple_preopens", folders::multiple_preopens),
        ("hardlink_across_perms", read_only::hardlink),
        ("rename_across_perms", read_only::rename),
        ("truncation_readonly", read_only::truncation),
        ("api_read_only", read_only::everything),
    ]);
}

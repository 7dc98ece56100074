//! Archives as inputs carry them.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

/// A gzip'd tar of one file, as a data URL. The name goes in as it is, whatever it would do when unpacked.
pub(crate) fn archive_url(name: &str, content: &str) -> String {
    let mut header = tar::Header::new_ustar();
    header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
    header.set_size(content.len() as u64);
    header.set_mode(0o644);
    header.set_cksum();
    let mut tar = tar::Builder::new(Vec::new());
    tar.append(&header, content.as_bytes()).unwrap();
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(&tar.into_inner().unwrap()).unwrap();
    let bytes = gzip.finish().unwrap();
    let escaped: String = bytes.iter().map(|byte| format!("%{byte:02x}")).collect();
    format!("data:application/gzip,{escaped}")
}

//! Results.

use crate::convert::members::{Members, number, text};
use crate::model::{Compression, Data, Format, ResultKind, ResultPath};

pub(super) fn result(result: &ResultPath) -> Data {
    let ResultPath { name, path, kind, format, compression, level } = result;
    let mut fields = Members::default();
    fields.put("Name", text(&name.value));
    fields.put("Path", text(&path.value));
    fields.put_some("Type", kind.as_ref().map(|kind| text(kind_word(kind.value))));
    fields.put_some("Format", format.as_ref().map(|format| text(format_word(format.value))));
    let compression = compression.as_ref().map(|compression| text(compression_word(compression.value)));
    fields.put_some("Compression", compression);
    fields.put_some("CompressionLevel", level.as_ref().map(|level| number(level.value)));
    fields.into_data()
}

fn kind_word(kind: ResultKind) -> &'static str {
    match kind {
        ResultKind::File => "file",
        ResultKind::Directory => "directory",
        ResultKind::Stdout => "stdout",
        ResultKind::Stderr => "stderr",
        ResultKind::ExitCode => "exitCode",
    }
}

fn format_word(format: Format) -> &'static str {
    match format {
        Format::Raw => "raw",
        Format::Text => "text",
        Format::Json => "json",
        Format::Csv => "csv",
    }
}

fn compression_word(compression: Compression) -> &'static str {
    match compression {
        Compression::None => "none",
        Compression::Gzip => "gzip",
        Compression::Zstd => "zstd",
    }
}

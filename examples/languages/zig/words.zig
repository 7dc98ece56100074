//! Counts the words of every file in `/texts` and writes the counts to `/counts/words.txt`.

const std = @import("std");

/// The longest text that is read whole.
const max_text = 64 << 20;

pub fn main(init: std.process.Init) !void {
    const io = init.io;
    const arena = init.arena.allocator();
    const root = std.Io.Dir.cwd();
    var texts = try root.openDir(io, "texts", .{ .iterate = true });
    defer texts.close(io);

    var names: std.ArrayList([]const u8) = .empty;
    var entries = texts.iterate();
    while (try entries.next(io)) |entry| {
        if (entry.kind == .file) try names.append(arena, try arena.dupe(u8, entry.name));
    }
    std.mem.sort([]const u8, names.items, {}, isBefore);

    var report: std.Io.Writer.Allocating = .init(arena);
    var total: usize = 0;
    for (names.items) |name| {
        const text = try texts.readFileAlloc(io, name, arena, .limited(max_text));
        var words = std.mem.tokenizeAny(u8, text, &std.ascii.whitespace);
        var count: usize = 0;
        while (words.next()) |_| count += 1;
        total += count;
        try report.writer.print("{d} {s}\n", .{ count, name });
    }
    try root.writeFile(io, .{ .sub_path = "counts/words.txt", .data = report.written() });

    const line = try std.fmt.allocPrint(arena, "{d} words\n", .{total});
    try std.Io.File.stdout().writeStreamingAll(io, line);
}

fn isBefore(_: void, one: []const u8, other: []const u8) bool {
    return std.mem.order(u8, one, other) == .lt;
}

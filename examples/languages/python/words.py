"""Counts the words of every file in /texts and writes the counts to /counts/words.txt."""

from pathlib import Path

from wit_world import exports


class Run(exports.Run):
    def run(self):
        total = 0
        with open("/counts/words.txt", "w", encoding="utf-8") as report:
            for text in sorted(Path("/texts").iterdir()):
                count = len(text.read_text(encoding="utf-8").split())
                total += count
                print(count, text.name, file=report)
        print(total, "words")

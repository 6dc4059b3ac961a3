#include "report/markdown.h"

#include <fmt/format.h>

#include <iterator>
#include <string_view>

#include "report/claims/claims_markdown.h"
#include "report/markdown_text.h"
#include "report/verdict_text.h"
#include "report/wording.h"

namespace assay::report {
namespace {

std::string plain(std::string_view text) { return markdown_plain(text); }

class MarkdownWriter {
 public:
  explicit MarkdownWriter(const Document& document) : document_(document) {}

  std::string write() {
    add("# {}\n\n", plain(document_.title));
    for (const auto& [id, value] : {std::pair{"generated", &document_.generated_utc},
                                    std::pair{"command", &document_.command},
                                    std::pair{"registry", &document_.registry_hash}}) {
      if (!value->empty()) add("- {}: {}\n", plain(say(id)), plain(*value));
    }
    text_ += "\n";
    for (const Section& section : document_.sections) write_section(section);
    if (!document_.verdicts.empty()) write_verdicts();
    return std::move(text_);
  }

 private:
  template <class... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
  }
  [[nodiscard]] std::string_view say(std::string_view id) const {
    return wording(document_.language, id);
  }

  std::string cell_text(const Cell& cell) {
    std::string text =
        plain(cell.text.empty() ? say("not_available") : std::string_view(cell.text));
    if (cell.provenance) {
      text += fmt::format(" ({})", say(fmt::format("provenance.{}", to_string(*cell.provenance))));
    }
    if (!cell.note.empty()) text += fmt::format(" — {}", plain(cell.note));
    return text;
  }

  void write_section(const Section& section) {
    add("## {}\n\n", plain(section.title));
    if (!section.intro.empty()) add("{}\n\n", plain(section.intro));
    if (!section.rows.empty()) {
      add("| {} |", plain(say("figure")));
      for (const std::string& run : document_.runs) add(" {} |", plain(run));
      text_ += "\n|---|";
      for (size_t i = 0; i < document_.runs.size(); ++i) text_ += "---|";
      text_ += "\n";
      for (const Row& row : section.rows) {
        add("| {} |", plain(row.label));
        for (const Cell& cell : row.cells) add(" {} |", cell_text(cell));
        text_ += "\n";
      }
      text_ += "\n";
    }
    write_list(section.notes);
    for (const TextBlock& block : section.blocks) {
      add("### {}\n\n{}", plain(block.label), markdown_fenced(block.text));
    }
  }

  void write_list(const std::vector<std::string>& lines) {
    for (const std::string& line : lines) add("- {}\n", plain(line));
    if (!lines.empty()) text_ += "\n";
  }

  void write_verdicts() {
    add("## {}\n\n{}\n\n", plain(say("section.verdicts")), plain(say("verdict.intro")));
    if (!document_.verdict_caveat.empty()) add("{}\n\n", plain(document_.verdict_caveat));
    add("| {} | {} | {} | {} |\n|---|---|---|---|\n", plain(say("claim")), plain(say("verdict")),
        plain(say("claimed")), plain(say("recomputed")));
    for (const Verdict& verdict : document_.verdicts) {
      add("| {} | {} | {} | {} |\n", plain(verdict.title),
          say(fmt::format("verdict.{}", label_id(verdict))), plain(claimed_text(verdict)),
          plain(recomputed_text(document_.language, verdict)));
    }
    text_ += "\n";
    for (const Verdict& verdict : document_.verdicts) {
      text_ += claim_markdown({document_.language, nullptr}, verdict);
    }
  }

  const Document& document_;
  std::string text_;
};

}  // namespace

std::string to_markdown(const Document& document) { return MarkdownWriter(document).write(); }

}  // namespace assay::report

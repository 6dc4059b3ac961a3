#include <fmt/format.h>

#include <iterator>
#include <string_view>

#include "audit/costs/cost_models.h"
#include "audit/output/interval_ends.h"
#include "audit/output/number_text.h"
#include "audit/uncertainty/uncertainty_tables.h"
#include "report/claims/claims_markdown.h"
#include "report/html_text.h"
#include "report/markdown_text.h"
#include "report/verdict_text.h"
#include "report/wording.h"

namespace assay::report {
namespace {

class MarkdownArticle {
 public:
  MarkdownArticle(const ArticlePlace& place, const Verdict& verdict)
      : place_(place), verdict_(verdict) {}

  std::string write() {
    add("### {} ({})\n\n**{}** {}\n\n> {}\n\n", plain(verdict_.title), plain(verdict_.claim_id),
        say(fmt::format("verdict.{}", label_id(verdict_))), plain(verdict_.sentence),
        plain(verdict_.statement));
    write_facts();
    write_steps();
    write_intervals();
    for (const VerdictTable& table : verdict_.tables) write_table(table);
    write_scope();
    write_list("missing", verdict_.missing);
    write_list("assumptions", verdict_.assumptions);
    write_sources();
    if (place_.page != nullptr) {
      add("{}: {}\n\n{}", plain(say("claims.cite")),
          plain(plain_citation(verdict_, place_.page->cited_with)),
          markdown_fenced(bibtex_citation(verdict_, place_.page->cited_with)));
    }
    return std::move(text_);
  }

 private:
  template <class... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
  }
  [[nodiscard]] std::string_view say(std::string_view id) const {
    return report::wording(place_.language, id);
  }
  static std::string plain(std::string_view text) { return markdown_plain(text); }

  void write_fact(std::string_view id, const std::string& value) {
    if (!value.empty()) add("- {}: {}\n", plain(say(id)), plain(value));
  }

  void write_facts() {
    write_fact("claimed", claimed_text(verdict_));
    write_fact("recomputed", recomputed_text(place_.language, verdict_));
    if (const auto& mfu = verdict_.implied_mfu) {
      write_fact("implied_mfu", fmt::format("exact_causal {}, exact_full {}, six_nd {} ({})",
                                            audit::percent_text(mfu->exact_causal),
                                            audit::percent_text(mfu->exact_full),
                                            audit::percent_text(mfu->six_nd), mfu->peak_name));
    }
    write_fact("implied_price", interval_number_text(place_.language, verdict_, "implied_price",
                                                     verdict_.implied_price));
    write_fact("implied_power", interval_number_text(place_.language, verdict_, "implied_power",
                                                     verdict_.implied_power));
    text_ += "\n";
  }

  void write_steps() {
    if (verdict_.checks.empty()) return;
    add("#### {}\n\n", plain(say("claims.chain")));
    for (size_t i = 0; i < verdict_.checks.size(); ++i) write_step(i);
    text_ += "\n";
  }

  void write_step(size_t index) {
    const Check& check = verdict_.checks[index];
    add("{}. **{}** {}: {}", index + 1, say(fmt::format("result.{}", to_string(check.result))),
        plain(check.name.empty() ? check.rule : check.name), plain(check.sentence));
    if (!check.formula.empty()) add(" — {}", plain(check.formula));
    text_ += "\n";
    for (const CheckInput& input : check.inputs) {
      text_ += "   ";
      write_source(input);
    }
  }

  void write_intervals() {
    for (const UncertainNumber& number : verdict_.uncertain) {
      if (!number.interval) continue;
      add("- {}: {}", plain(number.title), audit::readable_text(number.value, number.unit));
      if (audit::has_width(number.interval->low, number.interval->high)) {
        add(" ({}: {})", say("interval.drawn"),
            ends_text(number.interval->low, number.interval->high));
      }
      text_ += "\n";
    }
    if (!verdict_.uncertain.empty()) text_ += "\n";
    for (const VerdictTable& table : audit::uncertainty_tables(verdict_, place_.language)) {
      write_table(table);
    }
    if (!verdict_.cost_models.empty()) {
      write_table(audit::cost_model_table(verdict_.cost_models, place_.language));
    }
  }

  void write_table(const VerdictTable& table) {
    add("#### {}\n\n{}", plain(table.title), markdown_table(table.header, table.rows));
  }

  void write_scope() {
    for (const char* state : {"included", "excluded"}) {
      std::string names;
      for (const ScopeEntry& entry : verdict_.scope) {
        if (entry.state == state) names += (names.empty() ? "" : ", ") + entry.dimension;
      }
      if (!names.empty())
        add("- {}: {}\n", plain(scope_text(place_.language, state)), plain(names));
    }
    if (!verdict_.scope.empty()) text_ += "\n";
  }

  void write_list(std::string_view id, const std::vector<std::string>& lines) {
    for (const std::string& line : lines) add("- {}: {}\n", plain(say(id)), plain(line));
    if (!lines.empty()) text_ += "\n";
  }

  void write_source(const CheckInput& source) {
    add("- {}: {} ({}, {})", plain(source.name), plain(source.text), plain(source.source),
        plain(mark_text(place_.language, source.mark)));
    if (is_web_address(source.url)) add(" <{}>", source.url);
    text_ += "\n";
  }

  void write_sources() {
    if (verdict_.sources.empty()) return;
    add("#### {}\n\n", plain(say("claims.figures")));
    for (const CheckInput& source : verdict_.sources) write_source(source);
    text_ += "\n";
  }

  ArticlePlace place_;
  const Verdict& verdict_;
  std::string text_;
};

}  // namespace

std::string claim_markdown(const ArticlePlace& place, const Verdict& verdict) {
  return MarkdownArticle(place, verdict).write();
}

}  // namespace assay::report

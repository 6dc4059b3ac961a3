#include "report/claims/claim_article.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>

#include "audit/output/number_text.h"
#include "report/html_text.h"
#include "report/verdict_text.h"
#include "report/wording.h"

namespace assay::report {
namespace {

class ArticleWriter {
 public:
  ArticleWriter(const ArticlePlace& place, const Verdict& verdict)
      : place_(place), verdict_(verdict) {}

  std::string write() {
    write_origin();
    add("<p class=\"statement\">{}</p><p class=\"answer\">{}</p>", escape(verdict_.statement),
        escape(verdict_.sentence));
    write_facts();
    write_findings();
    write_list("missing", verdict_.missing);
    write_list("assumptions", verdict_.assumptions);
    text_ += claim_chain_html(place_, verdict_);
    text_ += claim_intervals_html(place_, verdict_);
    for (const VerdictTable& table : verdict_.tables) text_ += verdict_table_html(table);
    write_scope();
    write_see_also();
    write_citation();
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

  void write_origin() {
    if (place_.page == nullptr) return;
    const auto found = place_.page->facts.find(verdict_.claim_id);
    if (found == place_.page->facts.end()) return;
    const ClaimFacts& facts = found->second;
    text_ += "<p class=\"origin\">";
    bool first = true;
    for (const std::string* fact : {&facts.claimant, &facts.date, &facts.model, &facts.device}) {
      if (fact->empty()) continue;
      add("{}{}", first ? "" : " · ", escape(*fact));
      first = false;
    }
    text_ += "</p>";
  }

  void write_fact(std::string_view label, const std::string& value) {
    if (value.empty()) return;
    add("<div><dt>{}</dt><dd>{}</dd></div>", escape(label), escape(value));
  }

  void write_facts() {
    text_ += "<dl class=\"facts\">";
    write_fact(say("claimed"), claimed_text(verdict_));
    write_fact(say("recomputed"), recomputed_text(place_.language, verdict_));
    if (verdict_.implied_mfu) {
      const ImpliedMfu& mfu = *verdict_.implied_mfu;
      const std::string of = fmt::format(fmt::runtime(say("of_peak")), mfu.peak_name);
      write_fact(say("implied_mfu"), fmt::format("exact_causal {} · exact_full {} · six_nd {} ({})",
                                                 audit::percent_text(mfu.exact_causal),
                                                 audit::percent_text(mfu.exact_full),
                                                 audit::percent_text(mfu.six_nd), of));
    }
    write_fact(say("implied_price"), interval_number_text(place_.language, verdict_,
                                                          "implied_price", verdict_.implied_price));
    write_fact(say("implied_power"), interval_number_text(place_.language, verdict_,
                                                          "implied_power", verdict_.implied_power));
    text_ += "</dl>";
  }

  // What fails and what is flagged stands before the steps that show it.
  void write_findings() {
    text_ += "<ul class=\"findings\">";
    const size_t before = text_.size();
    for (const CheckResult wanted : {CheckResult::kFail, CheckResult::kFlag}) {
      for (size_t i = 0; i < verdict_.checks.size(); ++i) {
        const Check& check = verdict_.checks[i];
        if (check.result != wanted) continue;
        add("<li><span class=\"badge {}\">{} {}</span> <a href=\"#claim-{}.step-{}\">{}</a>: "
            "{}</li>",
            result_id(check.result), result_sign(check.result),
            escape(say(fmt::format("result.{}", result_id(check.result)))),
            fragment_id(verdict_.claim_id), i + 1,
            escape(check.name.empty() ? check.rule : check.name), escape(check.sentence));
      }
    }
    if (text_.size() == before) {
      text_.resize(before - std::string_view("<ul class=\"findings\">").size());
    } else {
      text_ += "</ul>";
    }
  }

  // One line a state, so that the state is text and not only a colour.
  void write_scope() {
    if (verdict_.scope.empty()) return;
    add("<h4>{}</h4>", escape(say("scope")));
    for (const char* state : {"included", "excluded", "not-stated"}) {
      const bool any = std::any_of(verdict_.scope.begin(), verdict_.scope.end(),
                                   [&](const ScopeEntry& entry) { return entry.state == state; });
      if (!any) continue;
      add("<ul class=\"chips\"><li class=\"state\">{}</li>",
          escape(scope_text(place_.language, state)));
      for (const ScopeEntry& entry : verdict_.scope) {
        if (entry.state != state) continue;
        add("<li class=\"{}\">{}</li>", state, escape(entry.dimension));
      }
      text_ += "</ul>";
    }
  }

  void write_list(std::string_view id, const std::vector<std::string>& lines) {
    if (lines.empty()) return;
    add("<h4>{}</h4><ul class=\"notes\">", escape(say(id)));
    for (const std::string& line : lines) add("<li>{}</li>", escape(line));
    text_ += "</ul>";
  }

  void write_see_also() {
    if (verdict_.see_also.empty() || place_.page == nullptr) return;
    add("<h4>{}</h4><p>", escape(say("claims.see_also")));
    for (size_t i = 0; i < verdict_.see_also.size(); ++i) {
      const std::string& other = verdict_.see_also[i];
      const std::string claim = other.substr(0, other.find('#'));
      if (i > 0) text_ += ", ";
      if (place_.page->facts.contains(claim)) {
        add("<a href=\"#claim-{}\">{}</a>", fragment_id(claim), escape(other));
      } else {
        text_ += escape(other);
      }
    }
    text_ += "</p>";
  }

  void write_citation() {
    if (place_.page == nullptr) return;
    const CitedWith& with = place_.page->cited_with;
    add("<details><summary>{}</summary><p class=\"cite\">{}</p><pre>{}</pre></details>",
        escape(say("claims.cite")), escape(plain_citation(verdict_, with)),
        escape(bibtex_citation(verdict_, with)));
  }

  ArticlePlace place_;
  const Verdict& verdict_;
  std::string text_;
};

}  // namespace

std::string fragment_id(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_';
    if (plain) {
      out += c;
    } else {
      out += fmt::format("~{:02x}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string label_badge_html(audit::Language language, const Verdict& verdict) {
  return fmt::format(
      "<span class=\"badge {}\">{} {}</span>", label_id(verdict), label_sign(verdict),
      escape(report::wording(language, fmt::format("verdict.{}", label_id(verdict)))));
}

std::string claims_overview_html(const ArticlePlace& place, const std::vector<Verdict>& verdicts) {
  const auto say = [&](std::string_view id) { return escape(report::wording(place.language, id)); };
  std::string text = fmt::format(
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\"><table "
      "class=\"overview\"><thead><tr><th scope=\"col\">{}</th><th scope=\"col\">{}</th><th "
      "scope=\"col\">{}</th><th scope=\"col\">{}</th></tr></thead><tbody>",
      say("section.verdicts"), say("claim"), say("verdict"), say("claimed"), say("recomputed"));
  for (const Verdict& verdict : verdicts) {
    text += fmt::format(
        "<tr><td><a href=\"#claim-{}\">{}</a></td><td>{}</td><td>{}</td><td>{}</td></tr>",
        fragment_id(verdict.claim_id), escape(verdict.title),
        label_badge_html(place.language, verdict), escape(claimed_text(verdict)),
        escape(recomputed_text(place.language, verdict)));
  }
  return text + "</tbody></table></div>";
}

std::string verdict_table_html(const VerdictTable& table) {
  std::string text = fmt::format(
      "<h4>{}</h4><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\"><table>"
      "<thead><tr>",
      escape(table.title), escape(table.title));
  for (const std::string& cell : table.header) {
    text += fmt::format("<th scope=\"col\">{}</th>", escape(cell));
  }
  text += "</tr></thead><tbody>";
  for (const auto& row : table.rows) {
    text += "<tr>";
    for (const std::string& cell : row) text += fmt::format("<td>{}</td>", escape(cell));
    text += "</tr>";
  }
  return text + "</tbody></table></div>";
}

std::string claim_article_html(const ArticlePlace& place, const Verdict& verdict) {
  return ArticleWriter(place, verdict).write();
}

}  // namespace assay::report

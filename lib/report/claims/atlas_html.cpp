#include "report/claims/atlas_html.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string_view>

#include "audit/output/number_text.h"
#include "report/claims/claim_article.h"
#include "report/html_text.h"
#include "report/verdict_text.h"
#include "report/wording.h"

namespace assay::report {
namespace {

std::set<std::string> rules_against(const Verdict& verdict) {
  std::set<std::string> rules;
  for (const Check& check : verdict.checks) {
    if (check.result == CheckResult::kFlag || check.result == CheckResult::kFail) {
      rules.insert(check.rule);
    }
  }
  return rules;
}

class AtlasWriter {
 public:
  explicit AtlasWriter(const ClaimsPage& page) : page_(page), place_{page.language, &page} {}

  std::string write() {
    add("<p class=\"intro\">{}</p>", escape(say("claims.atlas.intro")));
    write_tools();
    text_ += "<ol id=\"atlas\" class=\"atlas\">";
    for (const Verdict& verdict : page_.verdicts) write_claim(verdict);
    text_ += "</ol>";
    return std::move(text_);
  }

 private:
  template <class... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
  }
  [[nodiscard]] std::string say(std::string_view id) const {
    return std::string(report::wording(page_.language, id));
  }

  void write_tools() {
    add("<div id=\"tools\" class=\"tools\" role=\"search\" hidden><label class=\"grow\">{}<input "
        "id=\"search\" type=\"search\" autocomplete=\"off\" spellcheck=\"false\" "
        "placeholder=\"{}\"></label>",
        escape(say("claims.search")), escape(say("claims.search.hint")));
    write_order();
    write_rules();
    write_labels();
    add("<p class=\"note\"><span id=\"count\" role=\"status\" aria-live=\"polite\">{0}</span> {1}. "
        "{2}</p></div>",
        page_.verdicts.size(), escape(say("claims.shown")), escape(say("claims.keys")));
  }

  void write_order() {
    add("<label>{}<select id=\"sort\">", escape(say("claims.sort")));
    for (const char* key : {"id", "verdict", "date", "amount", "mfu", "flags"}) {
      add("<option value=\"{}\">{}</option>", key, escape(say(std::string("claims.sort.") + key)));
    }
    add("</select></label><button type=\"button\" id=\"reverse\" aria-pressed=\"false\">{}"
        "</button>",
        escape(say("claims.reverse")));
  }

  void write_rules() {
    std::map<std::string, size_t> counts;
    for (const Verdict& verdict : page_.verdicts) {
      for (const std::string& rule : rules_against(verdict)) ++counts[rule];
    }
    add("<label>{}<select id=\"rule\"><option value=\"\">{}</option>",
        escape(say("claims.flagged_by")), escape(say("claims.all_flags")));
    for (const auto& [rule, count] : counts) {
      add("<option value=\"{0}\">{0} ({1})</option>", escape(rule), count);
    }
    text_ += "</select></label>";
  }

  void write_labels() {
    std::map<std::string, size_t> counts;
    for (const Verdict& verdict : page_.verdicts) ++counts[std::string(label_id(verdict))];
    add("<div class=\"buttons\" role=\"group\" aria-label=\"{}\">", escape(say("verdict")));
    for (const auto& [label, count] : counts) {
      add("<button type=\"button\" data-verdict=\"{}\" aria-pressed=\"false\">{} ({})</button>",
          label, escape(say("verdict." + label)), count);
    }
    text_ += "</div>";
  }

  // What the script sorts and filters by stands in attributes of the entry.
  void write_claim(const Verdict& verdict) {
    const ClaimFacts& facts = page_.facts.at(verdict.claim_id);
    const std::set<std::string> rules = rules_against(verdict);
    const bool usd = verdict.claimed && verdict.claimed->unit == "USD";
    const std::string words =
        fmt::format("{} {} {} {} {} {} {} {}", verdict.claim_id, verdict.title, verdict.statement,
                    facts.claimant, facts.model, facts.device, facts.date, facts.kind);
    add("<li data-id=\"{}\" data-verdict=\"{}\" data-date=\"{}\" data-amount=\"{}\" "
        "data-mfu=\"{}\" data-flags=\"{}\" data-rules=\"{}\" data-text=\"{}\">",
        escape(verdict.claim_id), label_id(verdict), escape(facts.date),
        usd ? fmt::format("{}", verdict.claimed->value) : "",
        verdict.implied_mfu ? fmt::format("{:.6g}", verdict.implied_mfu->exact_causal) : "",
        rules.size(), escape(fmt::format("{}", fmt::join(rules, " "))), escape(words));
    add("<details class=\"claim\" id=\"claim-{}\"><summary>{}<span class=\"name\"><b>{}</b> <span "
        "class=\"claim-id\">{}</span></span>",
        fragment_id(verdict.claim_id), label_badge_html(page_.language, verdict),
        escape(verdict.title), escape(origin(facts, verdict)));
    write_key_figures(verdict, rules.size());
    add("</summary><div class=\"body\">{}</div></details></li>\n",
        claim_article_html(place_, verdict));
  }

  static std::string origin(const ClaimFacts& facts, const Verdict& verdict) {
    std::string text = verdict.claim_id;
    for (const std::string* fact : {&facts.claimant, &facts.date}) {
      if (!fact->empty()) text += " · " + *fact;
    }
    return text;
  }

  void write_key_figures(const Verdict& verdict, size_t num_rules) {
    text_ += "<span class=\"key\">";
    const std::string claimed = claimed_text(verdict);
    if (!claimed.empty()) add("<span>{}</span>", escape(claimed));
    if (verdict.implied_mfu) {
      add("<span>MFU {}</span>", audit::percent_text(verdict.implied_mfu->exact_causal));
    }
    if (num_rules > 0) {
      add("<span>{}</span>",
          escape(fmt::format(fmt::runtime(report::wording(page_.language, "claims.of_flags")),
                             num_rules)));
    }
    text_ += "</span>";
  }

  const ClaimsPage& page_;
  ArticlePlace place_;
  std::string text_;
};

}  // namespace

std::string atlas_list_html(const ClaimsPage& page) { return AtlasWriter(page).write(); }

}  // namespace assay::report

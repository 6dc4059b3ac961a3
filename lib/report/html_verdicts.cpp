#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>
#include <vector>

#include "audit/output/number_text.h"
#include "report/html.h"
#include "report/html_text.h"
#include "report/verdict_text.h"
#include "report/wording.h"

namespace assay::report {
namespace {

class VerdictWriter {
 public:
  explicit VerdictWriter(const Document& document) : document_(document) {}

  std::string write() {
    if (document_.verdicts.empty()) return {};
    add("<section id=\"verdicts\"><h2>{}</h2><p class=\"intro\">{}</p>",
        escape(say("section.verdicts")), escape(say("verdict.intro")));
    if (!document_.verdict_caveat.empty()) {
      add("<p class=\"caveat\">{}</p>", escape(document_.verdict_caveat));
    }
    write_overview();
    for (const Verdict& verdict : document_.verdicts) write_verdict(verdict);
    text_ += "</section>\n";
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

  void write_label(const Verdict& verdict) {
    add("<span class=\"badge {}\">{} {}</span>", label_id(verdict), label_sign(verdict),
        escape(say(fmt::format("verdict.{}", label_id(verdict)))));
  }

  void write_overview() {
    add("<div class=\"scroll\"><table class=\"overview\"><thead><tr><th scope=\"col\">{}</th>"
        "<th scope=\"col\">{}</th><th scope=\"col\">{}</th><th scope=\"col\">{}</th></tr></thead>"
        "<tbody>",
        escape(say("claim")), escape(say("verdict")), escape(say("claimed")),
        escape(say("recomputed")));
    for (const Verdict& verdict : document_.verdicts) {
      add("<tr><td><a href=\"#claim-{}\">{}</a></td><td>", escape(verdict.claim_id),
          escape(verdict.title));
      write_label(verdict);
      add("</td><td>{}</td><td>{}</td></tr>", escape(claimed_text(verdict)),
          escape(number_text(verdict.recomputed)));
    }
    text_ += "</tbody></table></div>";
  }

  void write_verdict(const Verdict& verdict) {
    add("<article id=\"claim-{}\"><h3>", escape(verdict.claim_id));
    write_label(verdict);
    add(" {} <span class=\"claim-id\">{}</span></h3>", escape(verdict.title),
        escape(verdict.claim_id));
    add("<p class=\"statement\">{}</p><p>{}</p>", escape(verdict.statement),
        escape(verdict.sentence));
    write_facts(verdict);
    if (!verdict.checks.empty()) add("<h4>{}</h4>", escape(say("checks")));
    for (const Check& check : verdict.checks) write_check(check);
    for (const VerdictTable& table : verdict.tables) write_table(table);
    write_scope(verdict);
    write_list("missing", verdict.missing);
    write_list("assumptions", verdict.assumptions);
    if (!verdict.sources.empty()) {
      add("<details><summary>{}</summary>", escape(say("sources")));
      write_inputs(verdict.sources);
      text_ += "</details>";
    }
    text_ += "</article>";
  }

  void write_fact(std::string_view label, const std::string& value) {
    if (value.empty()) return;
    add("<div><dt>{}</dt><dd>{}</dd></div>", escape(label), escape(value));
  }

  void write_facts(const Verdict& verdict) {
    text_ += "<dl class=\"facts\">";
    write_fact(say("claimed"), claimed_text(verdict));
    write_fact(say("recomputed"), number_text(verdict.recomputed));
    if (verdict.implied_mfu) {
      const ImpliedMfu& mfu = *verdict.implied_mfu;
      const std::string of = fmt::format(fmt::runtime(say("of_peak")), mfu.peak_name);
      write_fact(say("implied_mfu"), fmt::format("exact_causal {} · exact_full {} · six_nd {} ({})",
                                                 audit::percent_text(mfu.exact_causal),
                                                 audit::percent_text(mfu.exact_full),
                                                 audit::percent_text(mfu.six_nd), of));
    }
    write_fact(say("implied_price"), number_text(verdict.implied_price));
    write_fact(say("implied_power"), number_text(verdict.implied_power));
    text_ += "</dl>";
  }

  void write_check(const Check& check) {
    const std::string_view result = result_id(check.result);
    add("<details><summary><span class=\"badge {}\">{} {}</span><span class=\"kind\">{}</span>{}"
        "</summary>",
        result == "n/a" ? "none" : result, result_sign(check.result),
        escape(say(fmt::format("result.{}", result))),
        escape(say(fmt::format("kind.{}", to_string(check.kind)))),
        escape(check.name.empty() ? check.rule : check.name));
    add("<p>{}</p>", escape(check.sentence));
    if (!check.formula.empty()) add("<code class=\"formula\">{}</code>", escape(check.formula));
    text_ += "<dl class=\"facts\">";
    write_fact(say("computed"), number_text(check.computed));
    write_fact(say("expected"), number_text(check.expected));
    write_fact(say("provenance"),
               std::string(say(fmt::format("provenance.{}", to_string(check.provenance)))));
    text_ += "</dl>";
    if (!check.inputs.empty()) write_inputs(check.inputs);
    text_ += "</details>";
  }

  void write_inputs(const std::vector<CheckInput>& inputs) {
    add("<div class=\"scroll\"><table><thead><tr><th scope=\"col\">{}</th><th scope=\"col\">{}</th>"
        "<th scope=\"col\">{}</th><th scope=\"col\">{}</th></tr></thead><tbody>",
        escape(say("input")), escape(say("value")), escape(say("source")), escape(say("mark")));
    for (const CheckInput& input : inputs) {
      add("<tr><td>{}</td><td class=\"number\">{}</td><td>{}</td><td>{}</td></tr>",
          escape(input.name), escape(input.text),
          link(input.url, input.source.empty() ? input.url : input.source),
          escape(mark_text(document_.language, input.mark)));
    }
    text_ += "</tbody></table></div>";
  }

  void write_table(const VerdictTable& table) {
    add("<h4>{}</h4><div class=\"scroll\"><table><thead><tr>", escape(table.title));
    for (const std::string& cell : table.header) add("<th scope=\"col\">{}</th>", escape(cell));
    text_ += "</tr></thead><tbody>";
    for (const auto& row : table.rows) {
      text_ += "<tr>";
      for (const std::string& cell : row) add("<td>{}</td>", escape(cell));
      text_ += "</tr>";
    }
    text_ += "</tbody></table></div>";
  }

  // One line a state, so that the state is text and not only a colour.
  void write_scope(const Verdict& verdict) {
    if (verdict.scope.empty()) return;
    add("<h4>{}</h4>", escape(say("scope")));
    std::vector<std::string> states;
    for (const ScopeEntry& entry : verdict.scope) {
      if (std::find(states.begin(), states.end(), entry.state) == states.end()) {
        states.push_back(entry.state);
      }
    }
    for (const std::string& state : states) {
      add("<ul class=\"chips\"><li class=\"state\">{}</li>",
          escape(scope_text(document_.language, state)));
      for (const ScopeEntry& entry : verdict.scope) {
        if (entry.state != state) continue;
        add("<li class=\"{}\">{}</li>", escape(entry.state), escape(entry.dimension));
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

  const Document& document_;
  std::string text_;
};

}  // namespace

std::string verdicts_html(const Document& document) { return VerdictWriter(document).write(); }

}  // namespace assay::report

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>
#include <vector>

#include "report/claims/claim_article.h"
#include "report/html_text.h"
#include "report/verdict_text.h"
#include "report/wording.h"

namespace assay::report {
namespace {

// The steps from the number back to the sources: each input of a formula leads to the figure that
// it is, each figure to its document, and back.
class ChainWriter {
 public:
  ChainWriter(const ArticlePlace& place, const Verdict& verdict)
      : place_(place), verdict_(verdict), id_(fragment_id(verdict.claim_id)) {}

  std::string write() {
    if (verdict_.checks.empty() && verdict_.sources.empty()) return {};
    add("<h4>{}</h4>", escape(say("claims.chain")));
    const size_t shown = recomputing_step();
    for (size_t i = 0; i < verdict_.checks.size(); ++i) write_step(i, i == shown);
    if (!verdict_.sources.empty()) write_figures();
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

  // The step that gives the recomputed number, or one past the last: the one whose formula was
  // drawn, else the first with that result.
  [[nodiscard]] size_t recomputing_step() const {
    const auto& checks = verdict_.checks;
    const auto place = [&](auto test) {
      return static_cast<size_t>(std::find_if(checks.begin(), checks.end(), test) - checks.begin());
    };
    if (!verdict_.recomputed) return checks.size();
    for (const UncertainNumber& number : verdict_.uncertain) {
      if (number.id != "recomputed" || number.formula.empty()) continue;
      const size_t drawn =
          place([&](const Check& check) { return check.formula == number.formula; });
      if (drawn < checks.size()) return drawn;
    }
    return place([&](const Check& check) {
      return check.computed && !check.formula.empty() &&
             check.computed->value == verdict_.recomputed->value &&
             check.computed->unit == verdict_.recomputed->unit;
    });
  }

  // The place of a figure of this claim, or one past the last.
  [[nodiscard]] size_t figure_of(const CheckInput& input) const {
    const auto found = std::find_if(
        verdict_.sources.begin(), verdict_.sources.end(), [&](const CheckInput& figure) {
          return figure.name == input.name && figure.text == input.text &&
                 figure.source == input.source;
        });
    return static_cast<size_t>(found - verdict_.sources.begin());
  }

  void write_fact(std::string_view label, const std::string& value) {
    if (!value.empty()) add("<div><dt>{}</dt><dd>{}</dd></div>", escape(label), escape(value));
  }

  void write_step(size_t index, bool open) {
    const Check& check = verdict_.checks[index];
    const std::string_view result = result_id(check.result);
    add("<details id=\"claim-{}.step-{}\"{}><summary><span class=\"badge {}\">{} {}</span><span "
        "class=\"kind\">{} · {}</span>{}</summary>",
        id_, index + 1, open ? " open" : "", result == "n/a" ? "none" : result,
        result_sign(check.result), escape(say(fmt::format("result.{}", result))), index + 1,
        escape(say(fmt::format("kind.{}", to_string(check.kind)))),
        escape(check.name.empty() ? check.rule : check.name));
    add("<p>{}</p>", escape(check.sentence));
    if (!check.formula.empty()) add("<code class=\"formula\">{}</code>", escape(check.formula));
    text_ += "<dl class=\"facts\">";
    write_fact(say("computed"), number_text(place_.language, check.computed));
    write_fact(say("expected"), number_text(place_.language, check.expected));
    write_fact(say("provenance"),
               std::string(say(fmt::format("provenance.{}", to_string(check.provenance)))));
    write_fact(say("claims.rule"), check.rule);
    text_ += "</dl>";
    if (!check.inputs.empty()) write_inputs(check.inputs);
    text_ += "</details>";
  }

  void write_inputs(const std::vector<CheckInput>& inputs) {
    write_table_head("input");
    for (const CheckInput& input : inputs) {
      const size_t figure = figure_of(input);
      const std::string name = figure == verdict_.sources.size()
                                   ? escape(input.name)
                                   : fmt::format("<a href=\"#claim-{}.figure-{}\">{}</a>", id_,
                                                 figure + 1, escape(input.name));
      write_source_row({}, name, input);
    }
    text_ += "</tbody></table></div>";
  }

  void write_table_head(std::string_view first) {
    add("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{0}\"><table "
        "class=\"inputs\"><thead><tr><th scope=\"col\">{0}</th><th scope=\"col\">{1}</th><th "
        "scope=\"col\">{2}</th><th scope=\"col\">{3}</th></tr></thead><tbody>",
        escape(say(first)), escape(say("value")), escape(say("source")), escape(say("mark")));
  }

  void write_source_row(const std::string& attributes, const std::string& name,
                        const CheckInput& input) {
    add("<tr{}><td>{}</td><td class=\"number\">{}</td><td>{}</td><td>{}</td></tr>", attributes,
        name, escape(input.text), source_html(input), mark_html(input.mark));
  }

  // On a page of claims a source is listed once, with all that is known of it.
  std::string source_html(const CheckInput& input) {
    const std::string key = source_key(input);
    if (place_.page == nullptr || !place_.page->documents.contains(key)) {
      return link(input.url, input.source.empty() ? input.url : input.source);
    }
    const std::string locator = source_locator(input);
    return fmt::format("<a href=\"#source-{}\">{}</a>{}{}", fragment_id(key), escape(key),
                       locator.empty() ? "" : ", ", escape(locator));
  }

  std::string mark_html(const std::string& mark) {
    if (mark.empty()) return {};
    const bool known = mark == "seen" || mark == "recalled" || mark == "derived";
    return fmt::format("<span class=\"source-mark {}\">{}</span>", known ? mark : "other",
                       escape(mark_text(place_.language, mark)));
  }

  void write_figures() {
    add("<details id=\"claim-{}.figures\"><summary>{}</summary>", id_,
        escape(say("claims.figures")));
    write_table_head("figure");
    for (size_t i = 0; i < verdict_.sources.size(); ++i) {
      const CheckInput& figure = verdict_.sources[i];
      write_source_row(fmt::format(" id=\"claim-{}.figure-{}\"", id_, i + 1),
                       escape(figure.name) + used_in(figure), figure);
    }
    text_ += "</tbody></table></div></details>";
  }

  // Links to the steps that compute with the figure.
  std::string used_in(const CheckInput& figure) const {
    std::string links;
    for (size_t i = 0; i < verdict_.checks.size(); ++i) {
      const auto& inputs = verdict_.checks[i].inputs;
      const bool used = std::any_of(inputs.begin(), inputs.end(), [&](const CheckInput& input) {
        return input.name == figure.name && input.text == figure.text &&
               input.source == figure.source;
      });
      if (!used) continue;
      links += fmt::format(" <a href=\"#claim-{0}.step-{1}\">[{1}]</a>", id_, i + 1);
    }
    return links.empty() ? links : fmt::format(" <span class=\"used\">{}</span>", links);
  }

  ArticlePlace place_;
  const Verdict& verdict_;
  std::string id_;
  std::string text_;
};

}  // namespace

std::string claim_chain_html(const ArticlePlace& place, const Verdict& verdict) {
  return ChainWriter(place, verdict).write();
}

}  // namespace assay::report

#include <fmt/format.h>

#include <iterator>
#include <string_view>

#include "report/claims/claim_article.h"
#include "report/html.h"
#include "report/html_text.h"
#include "report/verdict_text.h"
#include "report/wording.h"

namespace assay::report {
namespace {

// The claims beside the runs of a report.
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
    text_ += claims_overview_html({document_.language, nullptr}, document_.verdicts);
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

  void write_verdict(const Verdict& verdict) {
    add("<article id=\"claim-{}\"><h3>{} {} <span class=\"claim-id\">{}</span></h3>",
        fragment_id(verdict.claim_id), label_badge_html(document_.language, verdict),
        escape(verdict.title), escape(verdict.claim_id));
    text_ += claim_article_html({document_.language, nullptr}, verdict);
    text_ += "</article>";
  }

  const Document& document_;
  std::string text_;
};

}  // namespace

std::string verdicts_html(const Document& document) { return VerdictWriter(document).write(); }

}  // namespace assay::report

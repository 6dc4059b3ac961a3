#include "report/claims/claims_html.h"

#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <vector>

#include "claims_fixture.h"
#include "report/claims/claim_article.h"

namespace assay::report {
namespace {

using Catch::Contains;

// What stands between `before` and the next quote, everywhere in a text.
std::vector<std::string> quoted_after(const std::string& text, const std::string& before) {
  std::vector<std::string> found;
  for (size_t at = text.find(before); at != std::string::npos; at = text.find(before, at + 1)) {
    const size_t start = at + before.size();
    found.push_back(text.substr(start, text.find('"', start) - start));
  }
  return found;
}

void require_whole_links(const std::string& html) {
  const std::vector<std::string> list = quoted_after(html, " id=\"");
  const std::set<std::string> ids(list.begin(), list.end());
  CHECK(ids.size() == list.size());
  for (const std::string& target : quoted_after(html, " href=\"#")) {
    if (!ids.contains(target)) FAIL_CHECK("no place for #" << target);
  }
}

const std::string& one_claim() {
  static const std::string html = claims_html(test::shipped_page({"dsv3-total-2788k"}));
  return html;
}

const std::string& atlas() {
  static const std::string html = claims_html(test::shipped_page({}));
  return html;
}

TEST_CASE("a claim's page has its verdict first, then the chain down to the sources") {
  const std::string& html = one_claim();
  const size_t verdict = html.find("badge reproduced");
  const size_t step = html.find("id=\"claim-dsv3-total-2788k.step-1\"");
  const size_t figure = html.find("id=\"claim-dsv3-total-2788k.figure-1\"");
  const size_t source = html.find("id=\"source-dsv3-gh\"");
  REQUIRE(source != std::string::npos);
  CHECK(verdict < step);
  CHECK(step < figure);
  CHECK(figure < source);
  CHECK_THAT(html, Contains("2788000 * 2 = 5576000 USD"));
  CHECK_THAT(html, Contains("source-mark recalled"));
  CHECK_THAT(html, Contains("href=\"https://arxiv.org/abs/2412.19437\""));
}

TEST_CASE("a claim's page says of every interval which one it is") {
  CHECK_THAT(one_claim(), Contains("5,576,000 USD (90 %: "));
  CHECK_THAT(one_claim(), Contains("2 USD/gpu_h (90 %: "));  // as on the terminal
  CHECK_THAT(one_claim(), Contains("printed rounding: "));
  ClaimsPage page = test::shipped_page({"dsv3-total-2788k"});
  page.verdicts[0].uncertain.clear();
  const std::string html = claims_html(page);
  CHECK_THAT(html, Contains("5,576,000 USD (printed rounding: "));
}

TEST_CASE("a claim's page has cost methods, scope, known runs and a citation") {
  for (const char* part : {"amortised hardware and energy (Epoch)", "id=\"known-runs\"",
                           "class=\"matrix\"", "registry 2026.11, sha256 ",
                           "@misc{assay-dsv3-total-2788k", "What would have to be true"}) {
    INFO(part);
    CHECK_THAT(one_claim(), Contains(part));
  }
}

TEST_CASE("every link within a page leads somewhere, and no id stands twice") {
  require_whole_links(one_claim());
  require_whole_links(atlas());
}

TEST_CASE("the atlas holds every claim, folded, with what its script searches and sorts by") {
  const std::string& html = atlas();
  CHECK(html.size() < 3'000'000);
  CHECK(quoted_after(html, "<details class=\"claim\" id=\"").size() ==
        test::shipped_page({}).verdicts.size());
  CHECK_THAT(html, Contains("data-id=\"news0-r1-294k\" data-verdict=\"inconsistent\""));
  CHECK_THAT(html, Contains("id=\"tools\" class=\"tools\" role=\"search\" hidden"));
  CHECK_THAT(html, Contains("aria-live=\"polite\""));
}

TEST_CASE("a page allows its own script by hash and nothing else") {
  const std::string& html = atlas();
  // printf ' ' | openssl dgst -sha256 -binary | base64
  CHECK_THAT(framed_html({.title = "t", .script = " "}, ""),
             Contains("script-src 'sha256-Nqnn8clbgv+5l0PgxcTOldg8mkMKrFn4TvPL+rYUUGg='"));
  CHECK_THAT(html, Contains("default-src 'none'"));
  CHECK(html.find("<script>") == html.rfind("<script>"));
  CHECK_THAT(framed_html({.title = "t"}, ""), !Contains("script-src"));
  for (const char* network : {"src=\"http", "@import", "fetch(", "XMLHttpRequest", "innerHTML"}) {
    INFO(network);
    CHECK_THAT(html, !Contains(network));
  }
}

TEST_CASE("hostile text is shown as text") {
  const std::string html = claims_html(test::hostile_page());
  CHECK(html.find("<script>") == html.rfind("<script>"));
  CHECK_THAT(html, Contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
  CHECK_THAT(html, !Contains("<img src=x"));
  CHECK_THAT(html, !Contains("href=\"javascript:"));
  CHECK_THAT(html, !Contains("\" onmouseover="));
  require_whole_links(html);
}

TEST_CASE("a Japanese page is in Japanese") {
  const std::string html =
      claims_html(test::shipped_page({"dsv3-total-2788k"}, audit::Language::kJapanese));
  CHECK_THAT(html, Contains("<html lang=\"ja\">"));
  CHECK_THAT(html, Contains("既知の全実行との MFU 比較"));
  CHECK_THAT(html, Contains("印刷値の丸め"));
  CHECK_THAT(html, !Contains("What would have to be true"));
}

TEST_CASE("names of fragments never meet") {
  CHECK(fragment_id("a b") == "a~20b");
  CHECK(fragment_id("a~20b") == "a~7e20b");
  CHECK(fragment_id("dsv3-mfu.x_1") == "dsv3-mfu.x_1");
}

}  // namespace
}  // namespace assay::report

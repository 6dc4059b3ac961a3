#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

#include "report/csv.h"
#include "report/html.h"
#include "report/html_text.h"
#include "report/markdown.h"
#include "report/report_json.h"
#include "run_folder.h"

namespace assay::report {
namespace {

using Catch::Contains;

// The fields of every CSV line, unquoted.
std::vector<std::vector<std::string>> parse_csv(const std::string& text) {
  std::vector<std::vector<std::string>> lines{{""}};
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c != '"') {
        lines.back().back() += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        lines.back().back() += text[++i];
      } else {
        quoted = false;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == ',') {
      lines.back().emplace_back();
    } else if (c == '\n') {
      lines.emplace_back(1, "");
    } else if (c != '\r') {
      lines.back().back() += c;
    }
  }
  lines.pop_back();
  return lines;
}

// Markdown as its reader sees it: no backslashes, no entities.
std::string without_backslashes(std::string text) {
  text.erase(std::remove(text.begin(), text.end(), '\\'), text.end());
  for (const auto& [entity, sign] :
       {std::pair{"&lt;", "<"}, std::pair{"&gt;", ">"}, std::pair{"&amp;", "&"}}) {
    for (size_t at = text.find(entity); at != std::string::npos; at = text.find(entity)) {
      text.replace(at, std::string_view(entity).size(), sign);
    }
  }
  return text;
}

TEST_CASE("HTML, Markdown, JSON and CSV carry the same numbers") {
  const RunFolder folder;
  const Document document = build_document(one_run(folder));
  const std::string html = to_html(document);
  const std::string markdown = without_backslashes(to_markdown(document));
  const auto json = nlohmann::json::parse(to_json(document));
  std::map<std::string, std::string> csv;
  for (const auto& line : parse_csv(to_csv(document))) {
    REQUIRE(line.size() == 8);
    csv[line[1] + "/" + line[2]] = line[3];
  }
  size_t numbers = 0;
  for (const Section& section : document.sections) {
    for (const Row& row : section.rows) {
      const Cell& cell = row.cells.at(0);
      INFO(section.key << "/" << row.key);
      const auto& figure = json["runs"][0]["sections"][section.key][row.key];
      if (!cell.value) {
        CHECK(figure["value"].is_null());
        CHECK(csv.at(section.key + "/" + row.key).empty());
        continue;
      }
      ++numbers;
      CHECK(figure["value"].get<double>() == *cell.value);
      CHECK(std::stod(csv.at(section.key + "/" + row.key)) == *cell.value);
      CHECK(html.find(escape(cell.text)) != std::string::npos);
      CHECK(markdown.find(cell.text) != std::string::npos);
    }
  }
  CHECK(numbers > 50);
}

TEST_CASE("the numbers of a claim are the same in every format") {
  const RunFolder folder;
  const Document document = build_document(one_run(folder));
  const auto claim = nlohmann::json::parse(to_json(document))["claims"][0];
  CHECK(claim["claim"] == "test-claim");
  CHECK(claim["verdict"] == "reproduced");
  CHECK(claim["claimed"]["value"] == 5.576e6);
  CHECK(claim["implied"]["mfu"]["exact_causal"] == 0.3906);
  CHECK(claim["implied"]["kw_per_gpu"].is_null());
  CHECK(claim["checks"][0]["formula"] == "2788000 * 2.0 = 5576000 USD");
  for (const std::string& text :
       {to_html(document), without_backslashes(to_markdown(document)), to_csv(document)}) {
    CHECK_THAT(text, Contains("2788000 * 2.0 = 5576000 USD"));
    CHECK_THAT(text, Contains("Hours times rate gives the printed total."));
  }
  CHECK_THAT(to_html(document), Contains("39.06 %"));
  CHECK_THAT(to_markdown(document), Contains("39.06 %"));
}

TEST_CASE("the HTML file loads nothing and runs nothing") {
  const RunFolder folder;
  const std::string html = render_html(one_run(folder));
  CHECK(html.find("<script") == std::string::npos);
  CHECK(html.find("src=") == std::string::npos);
  CHECK(html.find("url(") == std::string::npos);
  CHECK(html.find("@import") == std::string::npos);
  CHECK(html.find("<link") == std::string::npos);
  CHECK_THAT(html, Contains("default-src 'none'"));
  CHECK(html.find("javascript:") == std::string::npos);
  CHECK_THAT(html, Contains("href=\"https://arxiv.org/abs/2412.19437\""));
}

TEST_CASE("hostile text in a claim or a run appears as text") {
  const RunFolder folder;
  const std::string hostile =
      "</title><script>alert(1)</script>\"'><img src=x onerror=y>|`[a](b)\n# h";
  ReportInput input = one_run(folder);
  Verdict& verdict = input.verdicts[0];
  for (std::string* text : {&verdict.claim_id, &verdict.title, &verdict.statement,
                            &verdict.sentence, &verdict.claimed_text}) {
    *text = hostile;
  }
  verdict.checks[0].name = verdict.checks[0].sentence = verdict.checks[0].formula = hostile;
  verdict.checks[0].inputs[0] = {hostile, hostile, hostile, hostile, hostile};
  verdict.scope = {{hostile, hostile}};
  verdict.tables = {{hostile, {hostile}, {{hostile}}}};
  verdict.missing = verdict.assumptions = {hostile};
  RunManifest& manifest = input.runs[0].record.manifests[0];
  manifest.run_id = manifest.model_id = manifest.hostname = manifest.config_toml = hostile;
  input.runs[0].summary.sample->text = hostile;
  input.command = hostile;
  const std::string html = render_html(input);
  CHECK(html.find("<script") == std::string::npos);
  CHECK(html.find("<img") == std::string::npos);
  CHECK(html.find("\"'>") == std::string::npos);
  CHECK_THAT(html, Contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
  const Document document = build_document(input);
  CHECK(nlohmann::json::parse(to_json(document))["claims"][0]["title"] == hostile);
  const std::string markdown = to_markdown(document);
  CHECK(markdown.find("### </title>") == std::string::npos);
  CHECK(markdown.find("[a](b)") != std::string::npos);  // only inside the fences of texts
  for (const auto& line : parse_csv(to_csv(document))) REQUIRE(line.size() == 8);
}

TEST_CASE("a field that a spreadsheet would take for a formula gets an apostrophe") {
  const RunFolder folder;
  ReportInput input = one_run(folder);
  input.runs[0].record.manifests[0].hostname = "=HYPERLINK(\"http://x\")";
  const auto lines = parse_csv(to_csv(build_document(input)));
  const auto host =
      std::find_if(lines.begin(), lines.end(), [](const auto& line) { return line[2] == "host"; });
  REQUIRE(host != lines.end());
  CHECK((*host)[5] == "'=HYPERLINK(\"http://x\")");
}

TEST_CASE("a report in Japanese has the same numbers") {
  const RunFolder folder;
  ReportInput input = one_run(folder);
  const Document english = build_document(input);
  input.language = audit::Language::kJapanese;
  const Document japanese = build_document(input);
  CHECK_THAT(to_html(japanese), Contains("<html lang=\"ja\">") && Contains("損失"));
  REQUIRE(english.sections.size() == japanese.sections.size());
  for (size_t s = 0; s < english.sections.size(); ++s) {
    REQUIRE(english.sections[s].rows.size() == japanese.sections[s].rows.size());
    for (size_t r = 0; r < english.sections[s].rows.size(); ++r) {
      CHECK(english.sections[s].rows[r].cells[0].value ==
            japanese.sections[s].rows[r].cells[0].value);
    }
  }
}

TEST_CASE("every element of the HTML is closed") {
  const RunFolder folder;
  ReportInput input = one_run(folder);
  input.runs.push_back(folder.report("b", {.run_id = "other", .energy = false}));
  const std::string html = render_html(input);
  std::vector<std::string> open;
  const std::regex tag("<(/?)([a-zA-Z0-9]+)[^>]*?(/?)>");
  for (std::sregex_iterator it(html.begin(), html.end(), tag), end; it != end; ++it) {
    const std::string name = (*it)[2];
    if (name == "meta" || (*it)[3] == "/") continue;
    if ((*it)[1] == "/") {
      REQUIRE_FALSE(open.empty());
      REQUIRE(open.back() == name);
      open.pop_back();
    } else {
      open.push_back(name);
    }
  }
  CHECK(open.empty());
}

}  // namespace
}  // namespace assay::report

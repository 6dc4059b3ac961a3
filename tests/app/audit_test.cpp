#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "claim_files.h"
#include "program.h"

namespace {

namespace fs = std::filesystem;
using assay::test::fresh_folder;
using assay::test::lines_of;
using assay::test::write_file;
using nlohmann::json;

const std::string kExpected =
    (fs::path(ASSAY_SOURCE_DIR) / "tests" / "golden" / "audit_expected.toml").string();

}  // namespace

TEST_CASE("audit writes its claims as metrics") {
  const fs::path folder = fresh_folder("assay_audit_metrics");
  const std::string file = (folder / "claims.prom").string();
  const ProgramResult result = run_assay({"audit", "dsv3-total-2788k", "--metrics", file});
  INFO(result.err);
  CHECK(result.exit_code == 0);
  std::ifstream stream(file);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  CHECK_THAT(text,
             Catch::Contains(
                 "assay_claim_verdict{claim_id=\"dsv3-total-2788k\",verdict=\"reproduced\"} 1\n"));
  CHECK_THAT(text, Catch::Contains("assay_claim_claimed{claim_id=\"dsv3-total-2788k\"} 5576000\n"));
  CHECK_THAT(text, Catch::Contains("assay_audit_timestamp_seconds "));
  const ProgramResult unwritable =
      run_assay({"audit", "dsv3-total-2788k", "--metrics", (folder / "no" / "x.prom").string()});
  CHECK(unwritable.exit_code == 6);
  CHECK(run_assay({"audit", "--import", "epoch", file, "--metrics", file}).exit_code == 2);
  fs::remove_all(folder);
}

TEST_CASE("audit exits 1 where a verdict is inconsistent; flags are no findings") {
  CHECK(run_assay({"audit", "dsv3-total-2788k"}).exit_code == 0);
  CHECK(run_assay({"audit", "llama405-vs-v3-11x"}).exit_code == 0);
  CHECK(run_assay({"audit", "news0-r1-294k"}).exit_code == 1);
}

TEST_CASE("audit --brief is one line a claim") {
  const ProgramResult result = run_assay({"audit", "dsv3-total-2788k", "news0-r1-294k", "--brief"});
  CHECK(result.exit_code == 1);
  CHECK(lines_of(result.out) == 2);
  CHECK_THAT(result.out, Catch::Contains("inconsistent  news0-r1-294k"));
}

TEST_CASE("audit --all is a table with its columns named and its verdicts counted") {
  const std::string out = run_assay({"audit", "--all", "--draws", "0"}).out;
  CHECK_THAT(out, Catch::StartsWith("verdict") && Catch::Contains("what was found"));
  CHECK_THAT(out, Catch::Contains("\nreproduced ") && Catch::Contains(" claims: "));
}

TEST_CASE("lines are broken at a terminal's width, and left whole in a pipe") {
  const auto longest = [](const std::string& text) {
    size_t most = 0;
    for (size_t begin = 0; begin < text.size();) {
      const size_t end = std::min(text.find('\n', begin), text.size());
      most = std::max(most, end - begin);
      begin = end + 1;
    }
    return most;
  };
  const std::vector<std::string> args{"audit", "dsv3-total-2788k"};
  const ProgramResult piped = run_assay(args);
  CHECK(longest(piped.out) > 160);
  CHECK(piped.out.find("...") == std::string::npos);
  const ProgramResult shown = run_assay_at_terminal(args, 72);
  CHECK(shown.exit_code == 0);
  CHECK(longest(shown.out) <= 72);
  CHECK(longest(shown.out) > 60);
  const auto words = [](const std::string& text) {
    std::istringstream in(text);
    return std::vector<std::string>(std::istream_iterator<std::string>(in), {});
  };
  CHECK(words(shown.out) == words(piped.out));
  // A list is one line a claim: cut at a terminal, whole in a pipe.
  CHECK(longest(run_assay({"audit", "dsv3-total-2788k", "--brief"}).out) > 160);
  CHECK(longest(run_assay_at_terminal({"audit", "dsv3-total-2788k", "--brief"}, 72).out) <= 72);
  const std::vector<std::string> plan{"plan",     "--model",  "llama-3.1-8b", "--tokens", "1e12",
                                      "--device", "h100-sxm", "--count",      "64"};
  CHECK(longest(run_assay_at_terminal(plan, 80).out) <= 80);
}

TEST_CASE("what is wrong with the command is said before anything is printed") {
  const auto refused = [](std::vector<std::string> args, int code) {
    args.insert(args.begin(), "audit");
    const ProgramResult result = run_assay(args);
    INFO(args.back() << ": " << result.err);
    CHECK(result.exit_code == code);
    CHECK(result.out.empty());
    CHECK(lines_of(result.err) == 1);
  };
  refused({"--all", "x"}, 2);
  refused({"dsv3-total-2788k", "--expect", "/nonexistent.toml"}, 3);
  refused({"dsv3-total-2788k", "--brief", "--explain"}, 2);
  refused({"dsv3-total-2788k", "--csv", "rows.csv"}, 2);
  refused({"table.csv", "--import", "epoch", "--explain"}, 2);
}

TEST_CASE("with expectations only a verdict that differs is a finding") {
  const fs::path folder = fresh_folder("assay_audit_expect");
  CHECK(run_assay({"audit", "--all", "--expect", kExpected}).exit_code == 0);
  const std::string wrong =
      write_file(folder / "wrong.toml", "\"dsv3-total-2788k\" = \"inconsistent\"\n");
  const ProgramResult result = run_assay({"audit", "dsv3-total-2788k", "--expect", wrong});
  CHECK(result.exit_code == 1);
  CHECK(result.err == "dsv3-total-2788k: reproduced, expected inconsistent\n");
  const std::string broken =
      write_file(folder / "broken.toml", "\"dsv3-total-2788k\" = \"fine\"\n");
  CHECK(run_assay({"audit", "dsv3-total-2788k", "--expect", broken}).exit_code == 3);
  fs::remove_all(folder);
}

TEST_CASE("a wrong audit command line exits 2, an unknown claim or run 3") {
  CHECK(run_assay({"audit"}).exit_code == 2);
  CHECK(run_assay({"audit", "--no-such-option"}).exit_code == 2);
  CHECK(run_assay({"audit", "dsv3-mfu", "--lang", "fr"}).exit_code == 2);
  CHECK(run_assay({"audit", "dsv3-mfu", "--set", "prise=2"}).exit_code == 2);
  CHECK(run_assay({"audit", "no-such-claim"}).exit_code == 3);
  CHECK(run_assay({"audit", "dsv3-mfu", "--run", "/nonexistent"}).exit_code == 3);
  CHECK(run_assay({"audit", "dsv3-mfu", "--probe", "/nonexistent"}).exit_code == 3);
}

TEST_CASE("an unknown id exits 3 in every command that takes one") {
  for (const std::vector<std::string>& args :
       {std::vector<std::string>{"audit", "no-such"},
        {"claims", "show", "no-such"},
        {"compare", "no-such", "dsv3-mfu"},
        {"compare", "dsv3-mfu", "no-such"},
        {"report", "--audit", "no-such", "--out", (fs::temp_directory_path() / "x").string()},
        {"devices", "show", "no-such"},
        {"models", "show", "no-such"}}) {
    INFO(args[0]);
    CHECK(run_assay(args).exit_code == 3);
  }
}

TEST_CASE("an assumption that changes nothing is refused with the reason") {
  const ProgramResult used = run_assay({"audit", "dsv3-total-2788k", "--set", "price=3"});
  CHECK(used.exit_code == 0);
  CHECK_THAT(used.out, Catch::Contains("8,364,000 USD"));
  CHECK_THAT(used.out, Catch::Contains("assay audit dsv3-total-2788k --set \"price=3"));
  const ProgramResult refused = run_assay({"audit", "news0-altman-100m", "--set", "tokens=1e12"});
  CHECK(refused.exit_code == 2);
  CHECK_THAT(refused.err, Catch::Contains("--set tokens changes nothing"));
  const ProgramResult part =
      run_assay({"audit", "dsv3-total-2788k", "news0-altman-100m", "--set", "price=3"});
  CHECK(part.exit_code == 0);
  CHECK_THAT(part.out, Catch::Contains("not used: no GPU-hours are known"));
}

TEST_CASE("what an option would not do is said, not passed over") {
  CHECK(run_assay({"audit", "dsv3-mfu", "--cost-models", ""}).exit_code == 2);
  CHECK(run_assay({"audit", "dsv3-mfu", "--cost-models", "all,rent"}).exit_code == 2);
  CHECK(run_assay({"audit", "dsv3-mfu", "--set", "price=2", "--set", "price=3"}).exit_code == 2);
  CHECK(run_assay({"audit", "dsv3-mfu", "--brief", "--set", "price=2"}).exit_code == 2);
  CHECK_THAT(run_assay({"audit", "--all", "--draws", "0", "--cost-models", "rent"}).out,
             Catch::Contains("rent at the stated price"));
}

TEST_CASE("audit --all --json is ordered by id") {
  const ProgramResult result = run_assay({"audit", "--all", "--json"});
  CHECK(result.exit_code == 1);  // some of the registry's claims are inconsistent
  const json all = json::parse(result.out);
  CHECK(all.at("registry_hash").get<std::string>().size() == 64);
  const json& claims = all.at("claims");
  CHECK(claims.size() >= 39);
  CHECK(std::is_sorted(claims.begin(), claims.end(), [](const json& a, const json& b) {
    return a.at("claim").get<std::string>() < b.at("claim").get<std::string>();
  }));
}

TEST_CASE(
    "a table is audited row by row; a finding is an inconsistent row or one that cannot be read") {
  const fs::path folder = fresh_folder("assay_import");
  const fs::path good = folder / "good.csv";
  write_file(good, "System,FLOP,Params (B),Tokens (T)\n=cmd,8.4e22,7,2\nsecond,1.68e23,7,4\n");
  const fs::path map = folder / "map.toml";
  write_file(
      map,
      "[columns]\nname = \"System\"\ncompute = \"FLOP\"\nparams = { column = \"Params (B)\", "
      "unit = \"1e9 param\" }\ntokens = { column = \"Tokens (T)\", unit = \"Ttoken\" }\n");
  const fs::path rows = folder / "rows.csv";
  const ProgramResult fine = run_assay({"audit", "--import", "csv", "--map", map.string(),
                                        good.string(), "--csv", rows.string(), "--json"});
  CHECK(fine.exit_code == 0);
  CHECK(nlohmann::json::parse(fine.out).at("summary").at("verdicts").at("reproduced") == 2);
  std::ifstream in(rows);
  std::string line;
  std::getline(in, line);
  std::getline(in, line);
  CHECK(line.starts_with("2,'=cmd,"));
  const fs::path bad = folder / "bad.csv";
  write_file(bad, "System,FLOP,Params (B),Tokens (T)\nfirst,x,7,2\nsecond,1.68e23,7,4\n");
  const ProgramResult finding =
      run_assay({"audit", "--import", "csv", "--map", map.string(), bad.string()});
  CHECK(finding.exit_code == 1);
  CHECK(finding.out.find("bad.csv:2: compute: not a number: \"x\"") != std::string::npos);
  CHECK(run_assay({"audit", "--import", "epoch", bad.string()}).exit_code == 3);
  CHECK(run_assay({"audit", "--import", "csv", bad.string()}).exit_code == 2);
  CHECK(run_assay({"audit", "--import", "xls", bad.string()}).exit_code == 2);
  CHECK(run_assay({"audit", "--import", "epoch"}).exit_code == 2);
  CHECK(run_assay({"audit", "--import", "epoch", (folder / "none.csv").string()}).exit_code == 3);
  fs::remove_all(folder);
}

TEST_CASE("audit shows intervals, methods and what claims disclose together") {
  const ProgramResult text = run_assay({"audit", "news0-r1-294k", "--uncertainty"});
  CHECK_THAT(text.out, Catch::Contains("What would have to be true"));
  const ProgramResult two = run_assay({"audit", "dsv3-total-2788k", "r1-294k-table", "--together",
                                       "--cost-models", "rent,tco", "--json"});
  CHECK(two.exit_code == 0);
  const json all = json::parse(two.out);
  CHECK(all.at("together").at("value") == 5.87e6);
  CHECK(all.at("claims").at(0).at("cost_models").size() == 2);
  CHECK(all.at("claims").at(0).at("recomputed").at("level") == 0.9);
  const ProgramResult again = run_assay({"audit", "dsv3-total-2788k", "r1-294k-table", "--together",
                                         "--cost-models", "rent,tco", "--json"});
  CHECK(again.out == two.out);  // one seed, one answer
  CHECK(run_assay({"audit", "dsv3-mfu", "--cost-models", "magic"}).exit_code == 2);
  CHECK(run_assay({"audit", "dsv3-mfu", "--draws", "7"}).exit_code == 2);
  CHECK(run_assay({"audit", "dsv3-mfu", "--draws", "0", "--uncertainty"}).exit_code == 2);
  CHECK(run_assay({"audit", "dsv3-mfu", "--together"}).exit_code == 2);
}

#include <catch2/catch.hpp>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "claim_files.h"
#include "program.h"

namespace {

namespace fs = std::filesystem;
using assay::test::claim_text;
using assay::test::fresh_folder;
using assay::test::lines_of;
using assay::test::write_file;
using nlohmann::json;

}  // namespace

TEST_CASE("an empty claim file is not called unreadable") {
  const fs::path folder = fresh_folder("assay_audit_empty");
  const ProgramResult result = run_assay({"audit", write_file(folder / "empty.toml", "")});
  CHECK(result.exit_code == 3);
  CHECK_THAT(result.err, Catch::Contains("the file is empty; a claim has at least id"));
  fs::remove_all(folder);
}

TEST_CASE("a faulty claim file ends in one line with its place and exit 3") {
  const fs::path folder = fresh_folder("assay_audit_bare");
  const std::string file = write_file(folder / "bare.toml",
                                      claim_text("bare", "subject = \"s\"\n", "money = 5576000\n"));
  const ProgramResult result = run_assay({"audit", file});
  CHECK(result.exit_code == 3);
  CHECK(result.err.find("bare.toml:16:9: a figure is a text with a unit") != std::string::npos);
  CHECK(lines_of(result.err) == 1);
  CHECK(result.out.empty());
  fs::remove_all(folder);
}

TEST_CASE("a claim file that is not in the registry is judged") {
  const fs::path folder = fresh_folder("assay_audit_file");
  const std::string file =
      write_file(folder / "new.toml",
                 claim_text("new", "subject = \"deepseek-v3\"\nfirst_hand = \"dsv3-total-2788k\"\n",
                            "money = \"5.576e6 USD\"\n"));
  const ProgramResult result = run_assay({"audit", file, "--json"});
  CHECK(result.exit_code == 0);
  CHECK(json::parse(result.out).at("claims").at(0).at("verdict") == "reproduced");
  fs::remove_all(folder);
}

TEST_CASE("one bad claim file does not hide the others from an audit") {
  const fs::path folder = fresh_folder("assay_audit_bad");
  const std::string bad = write_file(folder / "bad.toml", "id = \"bad\"\nkind = 3\n");
  const std::string worse = write_file(folder / "worse.toml", "id = 3\n");
  const ProgramResult result = run_assay({"audit", bad, worse, "no-such", "dsv3-mfu", "--brief"});
  CHECK(result.exit_code == 3);
  CHECK_THAT(result.out, Catch::Contains("dsv3-mfu"));
  CHECK_THAT(result.err, Catch::Contains("bad.toml:2:8") && Catch::Contains("worse.toml:1:6") &&
                             Catch::Contains("no-such"));
  fs::remove_all(folder);
}

TEST_CASE("a claim that is named twice is judged and counted once") {
  const fs::path folder = fresh_folder("assay_audit_twice");
  const std::string more = "subject = \"s\"\ndate = \"2025-01\"\n";
  const std::string one =
      write_file(folder / "one.toml", claim_text("own", more, "money = \"2.00e6 USD\"\n"));
  const std::string other =
      write_file(folder / "other.toml", claim_text("own", more, "money = \"3.00e6 USD\"\n"));
  const std::string again = (folder / "." / "one.toml").string();
  const ProgramResult twice = run_assay({"audit", one, again, "--json"});
  CHECK(json::parse(twice.out).at("claims").size() == 1);
  CHECK_THAT(twice.err, Catch::Contains("named twice"));
  CHECK(run_assay({"audit", one, again, "--together"}).exit_code == 2);
  const ProgramResult with =
      run_assay({"audit", one, "dsv3-total-2788k", again, "--together", "--json"});
  CHECK(json::parse(with.out).at("together").at("value") == 7.576e6);
  const ProgramResult clash = run_assay({"audit", one, other, "--json"});
  CHECK(clash.exit_code == 3);
  CHECK_THAT(clash.err, Catch::Contains("is also that of the claim in"));
  fs::remove_all(folder);
}

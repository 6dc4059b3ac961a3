#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

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

TEST_CASE("claims are listed, shown and linted in either language") {
  CHECK(run_assay({"claims", "lint"}).exit_code == 0);
  CHECK(lines_of(run_assay({"claims", "list"}).out) >= 39);
  CHECK(run_assay({"claims", "list", "--lang", "ja"}).out.find("学習") != std::string::npos);
  const json shown = json::parse(run_assay({"claims", "show", "dsv2-172.8k", "--json"}).out);
  CHECK(shown.at("figures").size() > 5);
  CHECK(run_assay({"claims", "frobnicate"}).exit_code == 2);
  CHECK(run_assay({"claims", "show", "no-such-claim"}).exit_code == 3);
}

TEST_CASE("files that are linted together may refer to each other, in whatever order") {
  const std::filesystem::path folder = assay::test::fresh_folder("assay_lint_together");
  const auto claim = [&](const std::string& id, const std::string& other) {
    return assay::test::write_file(
        folder / (id + ".toml"),
        assay::test::claim_text(id, "subject = \"s\"\nsee_also = [\"" + other + "\"]\n",
                                "money = \"1e6 USD\"\n"));
  };
  const std::string a = claim("test-a", "test-b");
  const std::string b = claim("test-b", "test-a");
  const ProgramResult both = run_assay({"claims", "lint", a, b});
  INFO(both.out);
  CHECK(both.exit_code == 0);
  CHECK(run_assay({"claims", "lint", a}).exit_code == 3);
  std::filesystem::remove_all(folder);
}

TEST_CASE("lint counts the figures that cannot be found again, and names them where asked") {
  const ProgramResult counted = run_assay({"claims", "lint"});
  CHECK_THAT(counted.out, Catch::Contains("without an address") && !Catch::Contains("[news4]"));
  CHECK_THAT(run_assay({"claims", "lint", "--figures"}).out,
             Catch::Contains("[news4]: no address"));
  const json linted = json::parse(run_assay({"claims", "lint", "--json"}).out);
  CHECK(linted.at("figures").at("without_url").get<size_t>() > 0);
  CHECK(linted.at("faults").empty());
  CHECK_THAT(linted.at("warnings").dump(), Catch::Contains("newest price of t4 (t4-market-2022)"));
  CHECK(linted.at("figures").at("untraced").size() >=
        linted.at("figures").at("with_neither").get<size_t>());
}

TEST_CASE("a file with the id of a registered claim is warned of, audited and cited as a file") {
  const fs::path folder = fresh_folder("assay_claims_same_id");
  const fs::path made = folder / "dsv3-mfu.toml";
  const ProgramResult fresh = run_assay({"claims", "new", "dsv3-mfu", "--out", made.string()});
  CHECK(fresh.exit_code == 0);
  CHECK_THAT(fresh.err, Catch::Contains("the registry has a claim \"dsv3-mfu\""));
  CHECK(run_assay({"claims", "new", "of-ours", "--out", (folder / "o.toml").string()}).err.empty());
  const fs::path file = folder / "copy.toml";
  fs::copy(fs::path(ASSAY_SOURCE_DIR) / "configs/registry/claims/deepseek-v3/dsv3-mfu.toml", file);
  const ProgramResult linted = run_assay({"claims", "lint", file.string()});
  CHECK(linted.exit_code == 0);
  CHECK_THAT(linted.out, Catch::Contains("warning: ") && Catch::Contains("dsv3-mfu"));
  const json claim = json::parse(run_assay({"audit", file.string(), "--json"}).out)["claims"][0];
  CHECK(claim.at("file").at("replaces_registered_claim") == true);
  CHECK(claim.at("file").at("sha256").get<std::string>().size() == 64);
  CHECK_THAT(claim.at("citation").at("plain").get<std::string>(),
             Catch::Contains("claim file ") && Catch::Contains("not of the registry"));
}

TEST_CASE("a new claim's file is refused until it is filled in, and then passes lint and audit") {
  const fs::path folder = fresh_folder("assay_claims_new");
  fs::copy(fs::path(ASSAY_SOURCE_DIR) / "configs" / "registry", folder / "registry",
           fs::copy_options::recursive);
  const std::string registry = (folder / "registry").string();
  const fs::path file = folder / "registry" / "claims" / "my-claim.toml";
  CHECK(run_assay({"claims", "new", "my-claim", "--out", file.string()}).exit_code == 0);
  CHECK(run_assay({"claims", "new", "my-claim", "--out", file.string()}).exit_code == 3);
  CHECK(run_assay({"claims", "new", "My Claim", "--out", (folder / "x").string()}).exit_code == 2);
  const ProgramResult blank = run_assay({"claims", "lint", "--registry", registry});
  CHECK(blank.exit_code == 1);
  CHECK_THAT(blank.out, Catch::Contains("my-claim.toml") && Catch::Contains("is empty"));
  std::ifstream in(file);
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  const auto fill = [&](const std::string& key, const std::string& value) {
    const std::string empty = "\n" + key + " = \"\"";
    REQUIRE(text.find(empty) != std::string::npos);
    while (text.find(empty) != std::string::npos) {
      text.replace(text.find(empty), empty.size(), "\n" + key + " = \"" + value + "\"");
    }
  };
  for (const auto& [key, value] :
       std::vector<std::pair<std::string, std::string>>{{"date", "2025-01"},
                                                        {"claimant", "we"},
                                                        {"subject", "ours"},
                                                        {"en", "A run."},
                                                        {"ja", "学習。"},
                                                        {"title", "Our ledger"},
                                                        {"hand", "first"},
                                                        {"url", "https://example.org/"},
                                                        {"retrieved", "2026-01-02"},
                                                        {"locator", "p. 3"},
                                                        {"mark", "seen"},
                                                        {"money", "3.0e6 USD"}}) {
    fill(key, value);
  }
  CHECK(text.find("\"\"\n") == std::string::npos);
  write_file(file, text);
  CHECK(run_assay({"claims", "lint", "--registry", registry}).exit_code == 0);
  CHECK(run_assay({"claims", "lint", file.string()}).exit_code == 0);
  CHECK(run_assay({"audit", file.string()}).exit_code == 0);
  // Uncommenting hours and price makes it a claim that can be recomputed.
  const auto uncomment = [&](const std::string& line) {
    REQUIRE(text.find("\n# " + line) != std::string::npos);
    text.erase(text.find("\n# " + line) + 1, 2);
  };
  uncomment("hours = \"2.788e6 gpu_h\"");
  uncomment("price = ");
  write_file(file, text);
  const json judged = json::parse(run_assay({"audit", file.string(), "--json"}).out);
  CHECK(judged.at("claims").at(0).at("verdict") == "inconsistent");  // 2.788e6 h x 2 is not 3.0e6
  fs::remove_all(folder);
}

TEST_CASE("lint of named files exits 3 and goes on after a bad one") {
  const fs::path folder = fresh_folder("assay_lint_files");
  const std::string bad = write_file(folder / "bad.toml", "id = \"bad\"\nkind = 3\n");
  const std::string device = write_file(
      folder / "device.toml",
      claim_text("device", "subject = \"s\"\ndevice = \"h1000\"\n", "money = \"1e6 USD\"\n"));
  const ProgramResult result = run_assay({"claims", "lint", bad, device});
  CHECK(result.exit_code == 3);
  CHECK_THAT(result.out, Catch::Contains("bad.toml:2:8"));
  CHECK_THAT(result.out, Catch::Contains("device.toml:6:10: unknown device \"h1000\""));
  fs::remove_all(folder);
}

TEST_CASE("lint names each faulty claim; one does not hide the other") {
  const fs::path folder = fresh_folder("assay_lint");
  fs::copy(fs::path(ASSAY_SOURCE_DIR) / "configs" / "registry", folder / "registry",
           fs::copy_options::recursive);
  const fs::path claims = folder / "registry" / "claims";
  write_file(claims / "broken-a.toml", "id = \"broken-a\"\nkind = 3\n");
  write_file(claims / "broken-b.toml",
             claim_text("broken-b", "subject = \"s\"\nmodel = \"no-such-model\"\n",
                        "money = \"1e6 USD\"\n"));
  write_file(claims / "broken-c.toml",
             claim_text("dsv3-mfu", "subject = \"s\"\n", "money = \"1e6 USD\"\n"));
  const ProgramResult result =
      run_assay({"claims", "lint", "--registry", (folder / "registry").string()});
  CHECK(result.exit_code == 1);
  CHECK(result.out.find("broken-a.toml:2:8: \"kind\" must be a string") != std::string::npos);
  CHECK(result.out.find("unknown model \"no-such-model\"") != std::string::npos);
  CHECK(result.out.find("\"dsv3-mfu\" is used twice") != std::string::npos);
  CHECK(result.out.find("broken-c.toml: the file is not named after its id") != std::string::npos);
  CHECK(result.out.find("is marked as seen, but its source \"dsv3-tr\" was not read") !=
        std::string::npos);
  const std::string faults = result.out.substr(0, result.out.find("warning: "));
  CHECK(lines_of(faults) == 6);  // the last one of broken-b and broken-c each
  fs::remove_all(folder);
}

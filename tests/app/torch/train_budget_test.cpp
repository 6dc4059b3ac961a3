// A run that may cost only so much.
#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>

#include "program.h"
#include "small_run.h"

namespace {

const std::string kPrice = "price.device_hour=3600 USD/gpu_h";  // a dollar a second

std::string joined(const std::vector<nlohmann::json>& events, const std::string& kind) {
  std::string text;
  for (const auto& event : events) {
    if (event.at("event") == kind) text += event.at("message").get<std::string>() + "\n";
  }
  return text;
}

TEST_CASE("a spent budget is a checkpoint and exit 7, and a larger one goes on") {
  const SmallRun run;
  const std::vector<std::string> more{"--set", kPrice, "--set", "train.steps=1000000"};
  std::vector<std::string> arguments = more;
  arguments.insert(arguments.end(), {"--budget", "4 USD"});
  const ProgramResult first = run_assay(run.train("a", arguments));
  INFO(first.out << first.err);
  CHECK(first.exit_code == 7);
  CHECK_THAT(first.out, Catch::Contains("stopped:     budget after step"));
  CHECK_THAT(joined(run.events("a"), "warning"),
             Catch::Contains("will pass its budget") && Catch::Contains("the budget is spent: 4"));
  CHECK(run.events("a").back().at("message") == "budget");
  REQUIRE_FALSE(run.checkpoints("a").empty());

  arguments = more;
  arguments.insert(arguments.end(), {"--budget", "9 USD", "--resume", "auto"});
  const size_t before = run.num_step_lines("a");
  const ProgramResult second = run_assay(run.train("a", arguments));
  INFO(second.out << second.err);
  CHECK(second.exit_code == 7);
  CHECK(run.num_step_lines("a") > before);
  CHECK_THAT(joined(run.events("a"), "warning"), Catch::Contains("the budget is spent: 9"));

  const size_t spent = run.num_step_lines("a");
  const ProgramResult third = run_assay(run.train("a", arguments));
  INFO(third.out << third.err);
  CHECK(third.exit_code == 7);
  CHECK(run.num_step_lines("a") == spent);
  CHECK_THAT(joined(run.events("a"), "warning"), Catch::Contains("before the first step"));
}

TEST_CASE("a run on a day that its price does not cover is warned of") {
  const SmallRun run;
  const ProgramResult result =
      run_assay(run.train("a", {"--set", kPrice, "--set", "price.valid_to=2020-12-31"}));
  INFO(result.out << result.err);
  CHECK(result.exit_code == 0);
  CHECK_THAT(joined(run.events("a"), "warning"), Catch::Contains("valid to 2020-12-31, the run"));
  CHECK_THAT(result.out, Catch::Contains("(valid to 2020-12-31, the run began on 2"));
  for (const char* bad : {"price.valid_from=soon", "price.valid_from=2026-02-30"}) {
    const ProgramResult refused = run_assay(run.train("b", {"--set", kPrice, "--set", bad}));
    CHECK(refused.exit_code == 2);
    CHECK_THAT(refused.err, Catch::Contains("are days such as"));
  }
}

TEST_CASE("a price of the registry is used where the config names it") {
  const SmallRun run;
  const std::string sheet = "price.sheet=h200-sxm-aws-list-2025";
  const ProgramResult result = run_assay(run.train("a", {"--set", sheet}));
  INFO(result.out << result.err);
  CHECK(result.exit_code == 0);
  CHECK_THAT(result.out, Catch::Contains("(quoted: price sheet h200-sxm-aws-list-2025 (") &&
                             Catch::Contains("the run began on 2"));
  CHECK_THAT(joined(run.events("a"), "warning"),
             Catch::Contains("the price h200-sxm-aws-list-2025 is valid from 2025-") &&
                 Catch::Contains("is that of another device: h200-sxm, the run holds"));
  const ProgramResult plan = run_assay(run.train("b", {"--dry-run", "--set", sheet}));
  CHECK(plan.exit_code == 0);
  CHECK_THAT(plan.out, Catch::Contains("device rent     at least"));
  CHECK_THAT(plan.err, Catch::Contains("warning: the price h200-sxm-aws-list-2025 is valid from"));
}

TEST_CASE("a price that the registry does not have is exit 3, one that cannot be taken exit 2") {
  const SmallRun run;
  const auto refused = [&](const std::vector<std::string>& more, const std::string& text,
                           int exit_code = 2) {
    for (const bool dry : {false, true}) {
      std::vector<std::string> arguments = more;
      if (dry) arguments.emplace_back("--dry-run");
      const ProgramResult result = run_assay(run.train("a", arguments));
      INFO(result.err);
      CHECK(result.exit_code == exit_code);
      CHECK_THAT(result.err, Catch::Contains(text));
      CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
      CHECK_FALSE(std::filesystem::exists(run.folder() / "a"));
    }
  };
  const std::string sheet = "price.sheet=h200-sxm-aws-list-2025";
  refused({"--set", "price.sheet=h200-sxm-aws-list-2052"},
          "unknown price \"h200-sxm-aws-list-2052\"; nearest known: \"h200-sxm-aws-list-2025\"", 3);
  refused({"--set", "price.sheet=h100-sxm-market-2024"}, "is a range: ");
  refused({"--set", sheet, "--set", kPrice}, "two prices: ");
  refused({"--set", sheet, "--set", "price.source=me"}, "are those of the price of the registry");
  refused({"--set", sheet, "--budget", "5 EUR"}, "price.budget is in another currency");
}

TEST_CASE("a dry run says how much of the budget the run takes at least") {
  const SmallRun run;
  const ProgramResult fits =
      run_assay(run.train("a", {"--dry-run", "--set", kPrice, "--budget", "4000 USD"}));
  INFO(fits.out << fits.err);
  CHECK(fits.exit_code == 0);
  CHECK_THAT(fits.out,
             Catch::Contains("budget          4000 USD, of which the run takes at least"));
  const ProgramResult small =
      run_assay(run.train("a", {"--dry-run", "--set", kPrice, "--budget", "0.000001 USD"}));
  CHECK_THAT(small.out, Catch::Contains("it does not fit"));
}

TEST_CASE("a budget in the config only warns") {
  const SmallRun run;
  const ProgramResult result =
      run_assay(run.train("a", {"--set", kPrice, "--set", "price.budget=0.01 USD"}));
  INFO(result.out << result.err);
  CHECK(result.exit_code == 0);
  CHECK_THAT(joined(run.events("a"), "warning"), Catch::Contains("the budget was spent before"));
  CHECK(run.steps("a").size() == 40);
}

TEST_CASE("a budget without a price, in another currency or of another kind, or none, is exit 2") {
  const SmallRun run;
  const auto refused = [&](const std::vector<std::string>& more, const std::string& text) {
    const ProgramResult result = run_assay(run.train("a", more));
    INFO(result.err);
    CHECK(result.exit_code == 2);
    CHECK_THAT(result.err, Catch::Contains(text));
    CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
  };
  refused({"--budget", "5 USD"}, "wants a price.device_hour");
  refused({"--budget", "5 EUR", "--set", kPrice}, "another currency");
  refused({"--budget", "5 gpu_h", "--set", kPrice}, "must be in a unit like USD");
  refused({"--budget", "0 USD", "--set", kPrice}, "not above zero");
  refused({"--budget=-1 USD", "--set", kPrice}, "not above zero");
  refused({"--set", "price.stop_at_budget=true"}, "wants a price.budget");
}

}  // namespace

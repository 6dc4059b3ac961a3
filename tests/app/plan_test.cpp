#include <unistd.h>
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "program.h"

namespace {

using Catch::Contains;

std::vector<std::string> plan_of(std::vector<std::string> more) {
  std::vector<std::string> args{"plan",     "--model",  "llama-3.1-8b", "--tokens", "1e12",
                                "--device", "h100-sxm", "--count",      "64"};
  args.insert(args.end(), more.begin(), more.end());
  return args;
}

}  // namespace

TEST_CASE("plan prints time, hours, money, energy, carbon, memory and a layout") {
  const ProgramResult result = run_assay(plan_of({"--grid", "us-2023"}));
  INFO(result.err);
  CHECK(result.exit_code == 0);
  for (const char* part : {"time ", "device_hours ", "money ", "energy ", "carbon ", "memory ",
                           "layout ", "(90 %: ", "assumed "}) {
    INFO(part);
    CHECK_THAT(result.out, Contains(part));
  }
  const auto json = nlohmann::json::parse(run_assay(plan_of({"--json"})).out);
  CHECK_THAT(result.out, !Contains("e+"));  // one format within a range
  CHECK_THAT(result.out,
             Contains("\nwhole_run_device_hours  ") && Contains("\nmoney                   "));
  CHECK(json["schema_version"] == 1);
  CHECK(json["figures"]["money"]["unit"] == "USD");
  CHECK(json["figures"]["carbon"]["value"].is_null());
}

TEST_CASE("plan says in one line what is wrong: 2 for the command line, 3 for unknown names") {
  const auto fails = [](const std::vector<std::string>& args, int code, const std::string& said) {
    const ProgramResult result = run_assay(args);
    INFO(said);
    CHECK(result.exit_code == code);
    CHECK(result.out.empty());
    CHECK(result.err.find('\n') + 1 == result.err.size());
    CHECK_THAT(result.err, Contains(said));
  };
  fails({"plan"}, 2, "name a model: --model ID or --hf FILE");
  fails(plan_of({"--hf", "config.json"}), 2, "name a model: --model ID or --hf FILE");
  fails({"plan", "--hf", "/nowhere", "--tokens", "1e12", "--device", "h100-sxm", "--count", "8"}, 3,
        "/nowhere: no such file");
  fails({"plan", "--model", "x", "--tokens", "1", "--device", "y"}, 2, "--count is missing");
  fails({"plan", "--model", "lama-3.1-8b", "--tokens", "1e12", "--device", "h100-sxm", "--count",
         "8"},
        3, "nearest known: \"llama-3.1-8b\"");
  fails({"plan", "--model", "llama-3.1-8b", "--tokens", "1e12", "--device", "h100sxm", "--count",
         "8"},
        3, "nearest known: \"h100-sxm\"");
  fails({"plan", "--model", "llama-3.1-8b", "--tokens", "many", "--device", "h100-sxm", "--count",
         "8"},
        2, "--tokens is a number");
  fails(
      {"plan", "--model", "llama-3.1-8b", "--tokens", "-5", "--device", "h100-sxm", "--count", "8"},
      2, "tokens are 1 to 1e18");
  fails(plan_of({"--precision", "fp4"}), 3, "no fp4 peak");
  const auto tokens = [](const std::string& text) {
    return std::vector<std::string>{"plan",     "--model",  "llama-3.1-8b", "--tokens", text,
                                    "--device", "h100-sxm", "--count",      "64"};
  };
  fails(tokens("1.5"), 2, "tokens are whole");
  fails(tokens("15 Ttokens"), 2, "--tokens is a number");
  fails(plan_of({"--grid", "mars"}), 3, "unknown grid");
  fails(plan_of({"--probe", "/nonexistent.json"}), 3, "/nonexistent.json");
  const std::string plain = run_assay(tokens("14.8e12")).out;
  CHECK(run_assay(tokens("14.8T")).out == plain);
  CHECK(run_assay(tokens("14.8 Ttoken")).out == plain);
  fails(plan_of({"--seq-len", "0"}), 2, "a sequence has tokens");
  fails(plan_of({"--software", "torchtitan"}), 3, "nearest known");
  fails(plan_of({"--price", "2"}), 2, "2");
  fails(plan_of({"--price", "h100-sxm-market-1999"}), 3, "unknown price");
  fails(plan_of({"--mfu", "40"}), 2, "--mfu is a share of the peak");
  fails(plan_of({"--mfu", "0.4", "--software", "llmq"}), 2, "--mfu stands for speeds");
}

TEST_CASE("a plan of a config.json is that of the model of the same shape") {
  const std::filesystem::path file =
      std::filesystem::temp_directory_path() / ("assay_plan_" + std::to_string(::getpid()));
  std::ofstream(file) << R"({"model_type": "llama", "hidden_size": 4096, "num_hidden_layers": 32,
    "num_attention_heads": 32, "num_key_value_heads": 8, "intermediate_size": 14336,
    "vocab_size": 128256, "max_position_embeddings": 131072, "rms_norm_eps": 1e-5,
    "rope_theta": 5e5, "tie_word_embeddings": false})";
  const auto own =
      nlohmann::json::parse(run_assay({"plan", "--hf", file.string(), "--tokens", "1e12",
                                       "--device", "h100-sxm", "--count", "64", "--json"})
                                .out);
  const auto known = nlohmann::json::parse(run_assay(plan_of({"--json"})).out);
  std::filesystem::remove(file);
  CHECK(own["model"] == file.string());
  CHECK(own["figures"] == known["figures"]);
}

TEST_CASE("plan --held-out prints the measured page") {
  CHECK_THAT(run_assay({"plan", "--held-out"}).out,
             Catch::StartsWith("# Planned against published speeds, each held out"));
}

TEST_CASE("held-out rows can be chosen and printed as JSON; what does not belong is refused") {
  const auto json = nlohmann::json::parse(
      run_assay({"plan", "--held-out", "--json", "--device", "h800-sxm"}).out);
  CHECK(json["held_out"].size() == 1);
  CHECK(json["held_out"][0]["id"] == "deepseek-v3-h800-fp8");
  CHECK_THAT(run_assay({"plan", "--held-out", "--model", "mpt-7b"}).out,
             Contains("| mpt-7b |") && !Contains("| tinyllama"));
  const ProgramResult none = run_assay({"plan", "--held-out", "--model", "nobody"});
  CHECK(none.exit_code == 3);
  CHECK_THAT(none.err, Contains("unknown model"));
  CHECK(run_assay({"plan", "--held-out", "--device", "h101-sxm"}).exit_code == 3);
  CHECK(run_assay({"plan", "--held-out", "--software", "nobody"}).exit_code == 3);
  CHECK(run_assay({"plan", "--held-out", "--tokens", "1e9"}).exit_code == 2);
}

TEST_CASE("a wrong price is named by its option") {
  const ProgramResult wrong = run_assay(plan_of({"--price", "2 dollars"}));
  CHECK(wrong.exit_code == 2);
  CHECK_THAT(wrong.err, Contains("[plan] --price: "));
}

#include <unistd.h>
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "program.h"

namespace {

using nlohmann::json;

json json_of(const std::vector<std::string>& args) {
  const ProgramResult result = run_assay(args);
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  return json::parse(result.out);
}

}  // namespace

TEST_CASE("models list --json has one object a model with stable keys") {
  const json all = json_of({"models", "list", "--json"});
  CHECK(all.at("schema_version") == 1);
  CHECK(all.at("registry_hash").get<std::string>().size() == 64);
  for (const json& model : all.at("models")) {
    INFO(model.dump());
    for (const char* key : {"id", "name", "developer", "released", "published_total",
                            "published_active", "spec", "source", "note"}) {
      CHECK(model.contains(key));
    }
    CHECK(model.at("source").at("mark").is_string());
  }
}

TEST_CASE("models show gives V3's counts and FLOPs under every convention") {
  const json v3 = json_of({"models", "show", "deepseek-v3", "--json", "--seq-len", "4096"});
  const json& spec = v3.at("spec");
  CHECK(spec.at("family") == "deepseek");
  CHECK(spec.at("trainable") == false);
  CHECK(spec.at("parameters").at("total") == 671'026'419'200);
  CHECK(spec.at("parameters").at("active_a") == 37'552'297'472);
  CHECK(spec.at("parameters").at("matmul") == 36'624'596'992);
  CHECK(spec.at("seq_len") == 4096);
  CHECK(spec.at("flops_per_token").at("exact_causal").get<double>() ==
        Approx(250.450e9).epsilon(2e-6));
  CHECK(spec.at("flops_per_token").at("six_nd").get<double>() == 6.0 * 37'552'297'472);
  CHECK(v3.at("published_total").at("value") == 671e9);
}

TEST_CASE("a model without a shape shows null, not zero") {
  const json o1 = json_of({"models", "show", "o1", "--json"});
  CHECK(o1.at("spec").is_null());
  CHECK(o1.at("published_total").is_null());
  CHECK(o1.at("source").at("url").is_null());
}

TEST_CASE("the sequence length moves attention only") {
  const auto causal = [](const char* seq_len) {
    return json_of({"models", "show", "gpt2-124m", "--json", "--seq-len", seq_len})
        .at("spec")
        .at("flops_per_token")
        .at("exact_causal")
        .get<double>();
  };
  CHECK(causal("1024") / 1e6 == Approx(797.8).margin(0.05));
  CHECK(causal("512") < causal("1024"));
}

TEST_CASE("models show --hf reads a config.json") {
  const std::filesystem::path file = std::filesystem::temp_directory_path() /
                                     ("assay_app_" + std::to_string(::getpid()) + ".json");
  std::ofstream(file) << R"({"model_type": "gpt2", "n_embd": 768, "n_head": 12, "n_layer": 12,
                            "n_positions": 1024, "vocab_size": 50257})";
  const json shown = json_of({"models", "show", "--hf", file.string(), "--json"});
  CHECK(shown.at("spec").at("parameters").at("total") == 124'439'808);
  std::ofstream(file) << R"({"model_type": "gpt3", "n_embd": 768})";
  const ProgramResult refused = run_assay({"models", "show", "--hf", file.string()});
  CHECK(refused.exit_code == 3);
  CHECK(refused.err.find("model_type: unknown model type \"gpt3\"; nearest known: \"gpt2\"") !=
        std::string::npos);
  std::filesystem::remove(file);
}

TEST_CASE("models show of a family lists the keys of its table") {
  const ProgramResult result = run_assay({"models", "show", "gpt2"});
  CHECK(result.exit_code == 0);
  CHECK(result.out.find("num_heads") != std::string::npos);
  const json olmoe = json_of({"models", "show", "olmoe", "--json"});
  CHECK(olmoe.at("trainable") == true);
  CHECK(olmoe.at("fields").at(0).at("key") == "family");
}

TEST_CASE("an unknown model is one line with the nearest and exit 3") {
  const ProgramResult result = run_assay({"models", "show", "deepsek-v3"});
  CHECK(result.exit_code == 3);
  CHECK(result.out.empty());
  CHECK(result.err ==
        "assay: [registry] unknown model \"deepsek-v3\"; nearest known: \"deepseek-v3\"\n");
}

TEST_CASE("a wrong command line of models is one line and exit 2") {
  for (const std::vector<std::string>& args :
       {std::vector<std::string>{"models"},
        {"models", "frob"},
        {"models", "show"},
        {"models", "list", "x"},
        {"models", "list", "--bogus"},
        {"models", "show", "gpt2-124m", "--seq-len", "0"},
        {"models", "show", "gpt2-124m", "--seq-len", "2048"},
        {"models", "show", "gpt2-124m", "--seq-len", "x"},
        {"models", "list", "--registry", "no/such/folder"}}) {
    const ProgramResult result = run_assay(args);
    INFO(result.err);
    CHECK(result.exit_code == 2);
    CHECK(result.err.find("assay: [") == 0);
    CHECK(result.err.find('\n') == result.err.size() - 1);
  }
}

TEST_CASE("ASSAY_DATA names the registry and --registry beats it") {
  const std::string shipped = std::string(ASSAY_SOURCE_DIR) + "/configs/registry";
  CHECK(run_assay({"models", "list"}, {"ASSAY_DATA=/no/such/folder"}).exit_code == 2);
  CHECK(run_assay({"models", "list", "--registry", shipped}, {"ASSAY_DATA=/no/such/folder"})
            .exit_code == 0);
  CHECK(run_assay({"models", "list"}, {"ASSAY_DATA=" + shipped}).exit_code == 0);
}

TEST_CASE("models and devices have a help that ends with 0") {
  for (const char* command : {"models", "devices"}) {
    const ProgramResult result = run_assay({command, "--help"});
    CHECK(result.exit_code == 0);
    CHECK(result.out.find("--registry") != std::string::npos);
  }
}

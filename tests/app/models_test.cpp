#include <sys/stat.h>
#include <unistd.h>
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "program.h"

namespace {

using nlohmann::json;

json model_json(const std::vector<std::string>& args) {
  const ProgramResult result = run_assay(args);
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  return json::parse(result.out);
}

}  // namespace

TEST_CASE("models list --json is an array of name, family and use") {
  const json all = model_json({"models", "list", "--json"});
  REQUIRE(all.is_array());
  std::set<std::string> names;
  for (const json& model : all) {
    INFO(model.dump());
    CHECK(model.size() == 3);
    CHECK((model.at("family").is_string() || model.at("family").is_null()));
    CHECK(model.at("trainable").is_boolean());
    names.insert(model.at("name").get<std::string>());
  }
  for (const char* name : {"llama-3.1-8b", "qwen3-30b-a3b", "deepseek-v3", "gpt-2-124m", "kimi-k2",
                           "gpt-oss-120b", "mixtral-8x7b", "falcon-40b"}) {
    CHECK(names.contains(name));
  }
}

TEST_CASE("models show gives V3's counts and FLOPs under every convention") {
  const json v3 = model_json({"models", "show", "deepseek-v3", "--json", "--seq-len", "4096"});
  CHECK(v3.at("name") == "deepseek-v3");
  CHECK(v3.at("family") == "deepseek");
  CHECK(v3.at("total_params") == 671'026'419'200);
  CHECK(v3.at("active_params") == json{{"all", 37'552'297'472},
                                       {"no_input_embedding", 36'625'618'432},
                                       {"no_embeddings", 35'698'939'392}});
  CHECK(v3.at("matmul_params") == 36'624'596'992);
  // 6 x 36,624,596,992 and attention of 61 layers, 128 heads, 192 + 128 wide, over 2048 or 4096.
  CHECK(v3.at("flops_per_token") == json{{"seq_len", 4096},
                                         {"six_nd", 225'313'784'832},
                                         {"exact_causal", 250'449'887'232},
                                         {"exact_full", 281'152'192'512}});
  CHECK(v3.at("flops_per_token").at("exact_causal").is_number_integer());
  CHECK(v3.at("hardware_flops_per_token").at("none") == 250'449'887'232);
  CHECK(v3.at("memory_bytes").at("weights_bf16") == 2 * 671'026'419'200);
  CHECK(v3.at("memory_bytes").at("training_state") == 16 * 671'026'419'200);
  CHECK(v3.at("published_total").at("value") == 671e9);
  CHECK(v3.at("published_total").at("provenance") == "quoted");
  // One sequence of 4,096 tokens: 61 layers x 7168 x 2 bytes, two inputs and the logits of the
  // head.
  CHECK(v3.at("memory_bytes").at("activations_full_bf16") ==
        4096 * (61 * 7168 * 2LL + 2 * 7168 * 2LL + 129'280 * 4LL));
  CHECK(v3.at("activations").at("provenance") == "derived");
  CHECK(v3.at("source").at("key") == "dsv3-gh");
}

TEST_CASE("a model whose shape is not known carries its quoted count and no formula") {
  const json arctic = model_json({"models", "show", "snowflake-arctic", "--json"});
  CHECK(arctic.at("published_total").at("value") == 480e9);
  CHECK(arctic.at("published_total").at("provenance") == "quoted");
  CHECK(arctic.at("total_params").is_null());
  CHECK(arctic.at("flops_per_token").is_null());
}

TEST_CASE("a model without a shape shows null, not zero") {
  const json o1 = model_json({"models", "show", "o1", "--json"});
  for (const char* key : {"family", "total_params", "active_params", "matmul_params",
                          "flops_per_token", "memory_bytes", "published_total"}) {
    CHECK(o1.at(key).is_null());
  }
  CHECK(o1.at("trainable") == false);
  CHECK(o1.at("source").at("url").is_null());
}

TEST_CASE("the sequence length moves attention only") {
  const auto causal = [](const char* seq_len) {
    return model_json({"models", "show", "gpt-2-124m", "--json", "--seq-len", seq_len})
        .at("flops_per_token")
        .at("exact_causal")
        .get<int64_t>();
  };
  CHECK(causal("1024") == 6 * 123'532'032LL + 6 * 12 * 768 * 1024);
  CHECK(causal("512") == 6 * 123'532'032LL + 6 * 12 * 768 * 512);
}

TEST_CASE("models show --hf reads a config.json") {
  const std::filesystem::path file = std::filesystem::temp_directory_path() /
                                     ("assay_app_" + std::to_string(::getpid()) + ".json");
  std::ofstream(file) << R"({"model_type": "gpt2", "n_embd": 768, "n_head": 12, "n_layer": 12,
                            "n_positions": 1024, "vocab_size": 50257})";
  const json shown = model_json({"models", "show", "--hf", file.string(), "--json"});
  CHECK(shown.at("name") == file.string());
  CHECK(shown.at("total_params") == 124'439'808);
  CHECK(shown.at("source").at("file") == file.string());
  std::ofstream(file) << R"({"model_type": "gpt3", "n_embd": 768})";
  const ProgramResult refused = run_assay({"models", "show", "--hf", file.string()});
  CHECK(refused.exit_code == 3);
  CHECK(refused.err.find("model_type: unknown model type \"gpt3\"; nearest known: \"gpt2\"") !=
        std::string::npos);
  std::filesystem::remove(file);
}

TEST_CASE("models show --hf notes what a config.json asks for and no figure depends on") {
  const std::filesystem::path file = std::filesystem::temp_directory_path() /
                                     ("assay_app_note_" + std::to_string(::getpid()) + ".json");
  std::ofstream(file) << R"({"model_type": "gpt2", "n_embd": 768, "n_head": 12, "n_layer": 12,
                            "n_positions": 1024, "vocab_size": 50257, "resid_pdrop": 0.1})";
  const std::string note =
      "resid_pdrop 0.1: dropout acts in training only, and this program trains without it";
  const json shown = model_json({"models", "show", "--hf", file.string(), "--json"});
  CHECK(shown.at("total_params") == 124'439'808);
  CHECK(shown.at("notes") == json::array({note}));
  CHECK(run_assay({"models", "show", "--hf", file.string()}).out.find("\nnote    " + note + "\n") !=
        std::string::npos);
  std::ofstream(file) << "{\n  \"model_type\": \"gpt2\",\n  \"n_embd\": \"768\"\n}\n";
  CHECK(run_assay({"models", "show", "--hf", file.string()}).err ==
        "assay: [specs] " + file.string() + ":3:3: n_embd: not an integer\n");
  std::filesystem::remove(file);
}

TEST_CASE("gpt-oss counts the keys that a causal window sees") {
  const json oss = model_json({"models", "show", "gpt-oss-120b", "--json", "--seq-len", "4096"});
  // 6 x 5,131,100,160; 18 layers over 2048 keys and 18 over 128 - 128^2 / 8192, 64 heads.
  CHECK(oss.at("flops_per_token").at("exact_causal") ==
        6 * 5'131'100'160LL + 3 * 2 * 64 * 128 * 18LL * (2048 + 126));
}

TEST_CASE("models show of a family lists the keys of its table") {
  const ProgramResult result = run_assay({"models", "show", "gpt2"});
  CHECK(result.exit_code == 0);
  CHECK(result.out.find("num_heads") != std::string::npos);
  const json olmoe = model_json({"models", "show", "olmoe", "--json"});
  CHECK(olmoe.at("trainable") == true);
  CHECK(olmoe.at("fields").at(0).at("key") == "family");
}

TEST_CASE("a model goes before the family of its name") {
  const json dbrx = model_json({"models", "show", "dbrx", "--json"});
  CHECK(dbrx.at("name") == "dbrx");
  CHECK(dbrx.at("total_params") == 131'596'523'520);
  CHECK(dbrx.at("trainable") == false);
}

TEST_CASE("a length that the model cannot see is refused before anything is printed") {
  const ProgramResult result = run_assay({"models", "show", "gpt-2-124m", "--seq-len", "1025"});
  CHECK(result.exit_code == 2);
  CHECK(result.out.empty());
}

TEST_CASE("the file of --hf is a file: no pipe to wait for") {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("assay_app_hf_" + std::to_string(::getpid()));
  std::filesystem::create_directory(folder);
  const std::string pipe = (folder / "pipe").string();
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  const std::string loop = (folder / "loop").string();
  std::filesystem::create_symlink("loop", loop);
  for (const auto& [path, fact] : {std::pair{pipe, ": not a file\n"},
                                   {folder.string(), "/config.json: no such file\n"},
                                   {loop, ": Too many levels of symbolic links\n"},
                                   {pipe + std::string(300, 'x'), ": File name too long\n"},
                                   {pipe + "x", ": no such file\n"}}) {
    const ProgramResult result = run_assay({"models", "show", "--hf", path});
    CHECK(result.exit_code == 3);
    CHECK(result.err == "assay: [specs] " + path + fact);
  }
  std::filesystem::copy(ASSAY_SOURCE_DIR "/tests/golden/models/gpt2/config.json", folder);
  CHECK(model_json({"models", "show", "--hf", folder.string(), "--json"}).at("family") == "gpt2");
  std::filesystem::remove_all(folder);
}

TEST_CASE("figures that no number holds exactly are refused, not rounded or negative") {
  const std::filesystem::path file = std::filesystem::temp_directory_path() /
                                     ("assay_app_huge_" + std::to_string(::getpid()) + ".json");
  std::ofstream(file) << R"({"model_type": "mixtral", "hidden_size": 262144,
    "num_hidden_layers": 4096, "num_attention_heads": 4096, "num_key_value_heads": 4096,
    "head_dim": 1024, "intermediate_size": 262144, "vocab_size": 16777216,
    "max_position_embeddings": 2048, "num_local_experts": 4096, "num_experts_per_tok": 4096})";
  const ProgramResult result = run_assay({"models", "show", "--hf", file.string(), "--json"});
  std::filesystem::remove(file);
  CHECK(result.exit_code == 3);
  CHECK(result.out.empty());
  CHECK(result.err ==
        "assay: [models] a figure of this model is too large to be exact: 2.09e+19, above 2^53\n");
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
        {"models", "list", "--hf", "config.json"},
        {"models", "list", "--seq-len", "5"},
        {"models", "show", "gpt-2-124m", "--seq-len", "0"},
        {"models", "show", "gpt-2-124m", "--seq-len", "2048"},
        {"models", "show", "gpt-2-124m", "--seq-len", "x"},
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

#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <optional>

#include "app/cli/command_line.h"
#include "app/cli/text_output.h"
#include "app/command.h"
#include "app/torch_support/checkpoint_choice.h"
#include "config/toml_reader.h"
#include "error/error.h"
#include "formats/byte_size.h"
#include "models/hf_export.h"
#include "models/model_family.h"
#include "specs/model_source.h"
#include "train/checkpoint_store.h"
#include "train/model_tensors.h"
#include "train/tensor_file.h"

namespace assay::app {
namespace {

namespace fs = std::filesystem;
namespace po = boost::program_options;

struct ExportOptions {
  fs::path from;
  fs::path out;
  std::string dtype;  ///< empty: the run's precision
  std::string max_shard_size;
  bool stacked_experts = false;
};

// Nothing where --help was asked for and printed.
std::optional<ExportOptions> parse_export_options(const std::vector<std::string>& args) {
  ExportOptions options;
  std::vector<std::string> places;
  po::options_description shown("Options");
  shown.add_options()("hf", "as a folder that Hugging Face transformers loads (the only form)")(
      "dtype", po::value<std::string>(&options.dtype),
      "fp32, bf16 or fp16 (default: the run's precision)")(
      "max-shard-size", po::value<std::string>(&options.max_shard_size)->default_value("5 GB"),
      "above it the weights go to several files with an index; 5GB is 5 x 10^9 bytes, 5GiB "
      "5 x 2^30")(
      "stacked-experts", po::bool_switch(&options.stacked_experts),
      "one tensor a layer for all experts, as transformers 5 holds them, instead of one an expert")(
      "help,h", "this text");
  po::options_description all;
  all.add(shown).add_options()("place", po::value<std::vector<std::string>>(&places));
  const po::variables_map values = parse_command_line(
      "export", args, all, po::positional_options_description().add("place", -1));
  if (values.count("help") > 0) {
    std::cout
        << "Usage: assay export --hf CHECKPOINT_OR_RUN OUT [OPTIONS]\n\nWrites a checkpoint's "
           "weights, or those of a run's newest checkpoint, with their config.json. Token "
           "numbers and\ngeneration_config.json are those of the folder that the run began from, "
           "where it began from one.\n\n"
        << shown;
    return std::nullopt;
  }
  if (values.count("hf") == 0 || places.size() != 2) {
    throw ConfigError("[export] it reads: assay export --hf CHECKPOINT_OR_RUN OUT");
  }
  options.from = places[0];
  options.out = places[1];
  expect_path("export", "OUT", places[1]);
  return options;
}

Dtype dtype_named(const std::string& name) {
  if (name == "fp32") return Dtype::kF32;
  if (name == "bf16") return Dtype::kBF16;
  if (name == "fp16") return Dtype::kF16;
  throw ConfigError(fmt::format("[export] --dtype is fp32, bf16 or fp16: {}", name));
}

/// Weights trained in fp8 are stored in bf16.
std::string stored_dtype(const CheckpointState& state) {
  return state.precision == "fp8" ? "bf16" : state.precision;
}

uint64_t bytes_named(const std::string& text) {
  if (const auto bytes = byte_size_named(text)) return *bytes;
  throw ConfigError(fmt::format(
      "[export] --max-shard-size is a number with one of the units {}: {}", kByteUnitNames, text));
}

/// What the folder that the run began from says of generation; nothing where it began from none.
HfGeneration generation_of(const TomlTable& table) {
  const auto folder = weights_folder(table);
  if (!folder) return {};
  if (fs::exists(fs::path(*folder) / "config.json")) return read_hf_generation(*folder);
  std::cerr << fmt::format(
      "assay: warning: [export] the folder that the run began from has no config.json, so "
      "bos_token_id, eos_token_id and pad_token_id are null and there is no "
      "generation_config.json: {}\n",
      *folder);
  return {};
}

int run_export(const std::vector<std::string>& args) {
  const std::optional<ExportOptions> options = parse_export_options(args);
  if (!options) return 0;
  const uint64_t max_shard_bytes = bytes_named(options->max_shard_size);
  const fs::path checkpoint = named_checkpoint(options->from);
  const CheckpointState state = verify_checkpoint(checkpoint);
  const TomlTable table =
      read_toml(state.model_toml, {.kind = DocumentKind::kData,
                                   .module = "export",
                                   .name = (checkpoint / "state.json: model_toml").string()});
  const HfExportOptions form{
      .dtype = dtype_named(options->dtype.empty() ? stored_dtype(state) : options->dtype),
      .max_shard_bytes = max_shard_bytes,
      .stacked_experts = options->stacked_experts,
      .generation = generation_of(table)};
  const auto model = make_model(table, state.seed);
  place_model(*model, at::kCPU, state.precision == "fp32" ? Precision::kFp32 : Precision::kBf16);
  load_tensors(checkpoint / "model.safetensors", named_tensors(*model));
  export_hf(*model, table, options->out, form);
  std::cout << fmt::format("exported {} to {}\n", checkpoint.string(), options->out.string());
  return 0;
}

}  // namespace

Command export_command() {
  return {.name = "export",
          .summary = "write a checkpoint as a folder that Hugging Face transformers loads",
          .run = run_export};
}

}  // namespace assay::app

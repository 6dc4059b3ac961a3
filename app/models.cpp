#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options/value_semantic.hpp>
#include <iostream>
#include <string>
#include <vector>

#include "app/cli/catalogue_options.h"
#include "app/cli/model_text.h"
#include "app/cli/number_text.h"
#include "app/cli/registry_json.h"
#include "app/cli/text_table.h"
#include "app/command.h"
#include "error/error.h"
#include "specs/family.h"
#include "specs/hf_config.h"

namespace assay::app {
namespace {

namespace po = boost::program_options;
using Json = nlohmann::ordered_json;

constexpr int64_t kUsualSeqLen = 4096;

// The asked length, else 4096, or the model's context where that is shorter.
int64_t seq_len_of(const ModelSpec& spec, int64_t asked) {
  if (asked == 0) return std::min(kUsualSeqLen, spec.max_seq_len);
  if (asked < 1 || asked > spec.max_seq_len) {
    throw ConfigError(fmt::format("[models] --seq-len is not within the context of {}: {}",
                                  spec.max_seq_len, asked));
  }
  return asked;
}

int64_t seq_len_of(const RegisteredModel& model, int64_t asked) {
  return model.spec ? seq_len_of(*model.spec, asked) : 0;
}

std::vector<std::string> row_of(const RegisteredModel& model) {
  if (!model.spec) {
    const auto published = [](const std::optional<SourcedMeasure>& figure) {
      return figure ? figure->measure.text : std::string("-");
    };
    const bool counted = model.published_total || model.published_active;
    return {model.id,
            "-",
            counted ? "counts only" : "name only",
            published(model.published_total),
            published(model.published_active),
            "-",
            "-"};
  }
  const ModelSpec& spec = *model.spec;
  const int64_t seq_len = seq_len_of(spec, 0);
  const double flops = flops_per_token(spec, FlopConvention::kExactCausal, seq_len).value();
  return {model.id,
          spec.family,
          spec.trainable ? "trainable" : "accounting only",
          short_count(spec.parameters.total),
          short_count(spec.parameters.active_a),
          fmt::format("{:.5g}", flops / 1e9),
          fmt::format("{}", seq_len)};
}

void list_models(const Registry& registry, bool json) {
  if (json) {
    Json models = Json::array();
    for (const auto& [id, model] : registry.models()) {
      models.push_back({{"name", id},
                        {"family", model.spec ? Json(model.spec->family) : Json()},
                        {"trainable", model.spec && model.spec->trainable}});
    }
    std::cout << models.dump(2) << "\n";
    return;
  }
  constexpr auto kLeft = TextTable::Align::kLeft;
  constexpr auto kRight = TextTable::Align::kRight;
  TextTable table({"model", "family", "use", "total", "active A", "GFLOP/token", "at seq"},
                  {kLeft, kLeft, kLeft, kRight, kRight, kRight, kRight});
  for (const auto& [id, model] : registry.models()) table.add(row_of(model));
  std::cout
      << table.text()
      << "\nGFLOP/token: forward and backward, exact causal. assay models show ID says more.\n";
}

void show_model(const Registry& registry, const RegisteredModel& model, int64_t seq_len,
                bool json) {
  if (json) {
    Json one = model_json(registry, model, seq_len_of(model, seq_len));
    one["registry_hash"] = registry.hash();
    std::cout << one.dump(2) << "\n";
    return;
  }
  const int64_t length = seq_len_of(model, seq_len);
  std::cout << fmt::format("{} ({})\n", model.name, model.id);
  if (!model.developer.empty()) {
    std::cout << fmt::format("by     {} {}\n", model.developer, model.released);
  }
  if (model.spec) {
    std::cout << spec_text(*model.spec, length) << "\n";
  } else {
    std::cout << "no shape is known: nothing can be computed\n";
  }
  if (model.published_total) {
    std::cout << "published total   quoted: " << figure_text(*model.published_total) << "\n";
  }
  if (model.published_active) {
    std::cout << "published active  quoted: " << figure_text(*model.published_active) << "\n";
  }
  std::cout << "source  " << source_text(registry, model.source) << "\n";
  if (!model.note.empty()) std::cout << "note    " << model.note << "\n";
}

// The keys of a [model] table of a run config.
void show_family(const Family& family, bool json) {
  if (!json) {
    std::cout << fmt::format("{}: {} ({})\nKeys of [model] in a run config:\n{}", family.name,
                             family.summary, family.trainable ? "trainable" : "accounting only",
                             help_text(family.fields()));
    return;
  }
  Json fields = Json::array();
  for (const FieldInfo& field : family.fields()) {
    fields.push_back({{"key", field.path},
                      {"type", field.type},
                      {"default", field.initial},
                      {"help", field.help},
                      {"rule", field.rule}});
  }
  const Json one{{"schema_version", 1},
                 {"family", std::string(family.name)},
                 {"summary", std::string(family.summary)},
                 {"trainable", family.trainable},
                 {"fields", std::move(fields)}};
  std::cout << one.dump(2) << "\n";
}

const Family* find_family(const std::string& name) {
  for (const Family& family : families()) {
    if (family.name == name) return &family;
  }
  return nullptr;
}

void show_hf(const std::string& file, int64_t asked, bool json) {
  const HfModel model = read_hf_model(file);
  const ModelSpec spec = spec_from_table(model.table, file);
  const int64_t seq_len = seq_len_of(spec, asked);
  if (!json) {
    std::cout << file << "\n" << spec_text(spec, seq_len);
    for (const std::string& note : model.notes) std::cout << "note    " << note << "\n";
    return;
  }
  Json one = spec_json(file, spec, seq_len);
  one["source"] = {{"file", file}};
  one["notes"] = model.notes;
  std::cout << one.dump(2) << "\n";
}

int run_models(const std::vector<std::string>& args) {
  po::options_description more("For show");
  more.add_options()("hf", po::value<std::string>(), "a Hugging Face config.json instead of an id")(
      "seq-len", po::value<int64_t>(), "tokens of a sequence (default 4096, or the context)");
  po::variables_map values;
  const CatalogueOptions options = parse_catalogue_options("models", args, more, values);
  if (options.help) return 0;
  const int64_t seq_len = values.count("seq-len") > 0 ? values["seq-len"].as<int64_t>() : 0;
  if (values.count("seq-len") > 0 && seq_len < 1) {
    throw ConfigError(fmt::format("[models] --seq-len must be at least 1: {}", seq_len));
  }
  if (options.action == "list" && values.count("hf") + values.count("seq-len") > 0) {
    throw ConfigError("[models] list takes neither --hf nor --seq-len: they are for show");
  }
  if (options.action == "show" && options.id.empty() == (values.count("hf") == 0)) {
    throw ConfigError("[models] show takes an id or --hf FILE");
  }
  if (values.count("hf") > 0) {
    show_hf(values["hf"].as<std::string>(), seq_len, options.json);
    return 0;
  }
  const Registry registry = Registry::load(find_registry(options.registry));
  const Family* family = find_family(options.id);
  if (options.action == "list") {
    list_models(registry, options.json);
  } else if (family != nullptr && !registry.models().contains(options.id)) {
    // A model goes before the family of its name: DBRX has one of each.
    show_family(*family, options.json);
  } else {
    show_model(registry, registry.model(options.id), seq_len, options.json);
  }
  return 0;
}

}  // namespace

Command models_command() {
  return {"models", "shapes, parameters and FLOPs of published models", run_models};
}

}  // namespace assay::app

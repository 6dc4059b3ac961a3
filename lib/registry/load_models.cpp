#include "config/config.h"
#include "registry/catalogues.h"
#include "registry/entry_files.h"
#include "registry/known_ids.h"
#include "registry/model_file.h"
#include "registry/source_check.h"
#include "specs/family.h"

namespace assay::registry {
namespace {

RegisteredModel to_model(const ModelFile& file, const Sources& sources) {
  RegisteredModel model{.id = file.id.value,
                        .name = file.name,
                        .developer = file.developer,
                        .released = file.released.value,
                        .note = file.note};
  model.source = checked(sources, file.source);
  model.published_total = checked(sources, file.source, file.published_total);
  model.published_active = checked(sources, file.source, file.published_active);
  if (file.config) {
    model.spec = spec_from_table(*file.config, model.id);
    model.config_toml = write_toml(resolve_model_table(*file.config));
  }
  return model;
}

}  // namespace

std::map<std::string, RegisteredModel> load_models(const std::filesystem::path& root,
                                                   const Sources& sources) {
  std::map<std::string, RegisteredModel> models;
  std::vector<ModelFile> shared;
  for (const std::filesystem::path& path : entry_files(root / "models")) {
    const ModelFile file = read_entry<ModelFile>(path);
    models.emplace(file.id.value, to_model(file, sources));
    if (file.config_of) shared.push_back(file);
  }
  for (const ModelFile& file : shared) {
    const RegisteredModel& other = known_entry("model", *file.config_of, models);
    if (!other.spec || other.config_toml.empty()) {
      fail_at(file.config_of->place, "that model has no config: " + file.config_of->value);
    }
    RegisteredModel& model = models.at(file.id.value);
    model.spec = other.spec;
    model.spec->id = model.id;
    model.config_toml = other.config_toml;
  }
  return models;
}

}  // namespace assay::registry

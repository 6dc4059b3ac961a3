#include "record/first_mixture_layer.h"

#include "config/config.h"

namespace assay {

int64_t first_mixture_layer(const RunManifest& manifest) {
  const TomlTable model =
      read_toml(manifest.model_toml, {.kind = DocumentKind::kData,
                                      .module = "record",
                                      .name = "model_toml of " + manifest.run_id});
  int64_t num_dense_layers = 0;
  if (const TomlNode* node = model.find("num_dense_layers")) {
    parse_value(*node, num_dense_layers, at_least(0));
  }
  return num_dense_layers;
}

}  // namespace assay

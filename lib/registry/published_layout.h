#pragma once

#include <optional>
#include <string>
#include <vector>

#include "registry/registry.h"

namespace assay {

/// How the devices of a training shared the work, as somebody published it: an entry of
/// configs/registry/layouts.
struct PublishedLayout {
  std::string id;
  std::string model;   ///< registry id, of a model with a shape
  std::string device;  ///< registry id
  SourcedMeasure tensor;
  SourcedMeasure pipeline;
  SourcedMeasure data;
  SourcedMeasure expert;
  SourcedMeasure seq_len;
  std::optional<SourcedMeasure> batch;            ///< tokens of an optimizer step
  std::optional<SourcedMeasure> network;          ///< of one device to other nodes, one direction
  std::optional<SourcedMeasure> nodes_per_token;  ///< most nodes that a token's experts lie on
  std::string note;
};

/// Every entry, by id. Throws: DataError with file:line:column for a fault in a file, an unknown
/// model, device or source, and a model without a shape.
std::vector<PublishedLayout> load_layouts(const Registry& registry);

}  // namespace assay

#include "registry/figure_field.h"

namespace assay {
namespace registry {
namespace {

struct FigureTable {
  FigureField figure;
  Rule unit;

  template <class V>
  void fields(V& visit) {
    visit("value", figure.value, "number with unit", required(), unit);
    visit("source", figure.source, "entry of sources.toml", non_empty());
    visit("locator", figure.locator, "page, table or section");
    visit("mark", figure.mark, "how it was found", one_of({"seen", "recalled", "derived"}));
  }
};

}  // namespace

SourcedMeasure FigureField::with_source(const SourceField& file) const {
  SourceRef ref = file.ref();
  if (source && source->value != ref.key) {
    ref.key = source->value;
    ref.locator.clear();
  }
  if (locator) ref.locator = *locator;
  if (mark) ref.mark = *mark;
  return {value.value, ref};
}

}  // namespace registry

void parse_value(const TomlNode& node, registry::FigureField& value, const Rule& rule) {
  if (!std::holds_alternative<TomlTable>(node.value)) {
    parse_value(node, value.value, rule);
    return;
  }
  registry::FigureTable table{.figure = {}, .unit = rule};
  parse_fields(std::get<TomlTable>(node.value), table);
  value = table.figure;
}

}  // namespace assay

package check

import "reflect"

// Each calls visit with every text in arguments that is known: its path, the field that has
// it, and the text, in their order.
func Each(at Path, args any, visit func(path Path, field reflect.StructField, text string)) {
	each(at, reflect.StructField{}, reflect.ValueOf(args), visit)
}

func each(at Path, field reflect.StructField, value reflect.Value, visit func(Path, reflect.StructField, string)) {
	for value.Kind() == reflect.Pointer || value.Kind() == reflect.Interface {
		if value.IsNil() {
			return
		}
		value = value.Elem()
	}
	switch value.Kind() {
	case reflect.String:
		visit(at, field, value.String())
	case reflect.Slice:
		for i := range value.Len() {
			each(at.Index(i), field, value.Index(i), visit)
		}
	case reflect.Map:
		for _, key := range sortedKeys(value) {
			each(at.Key(key.String()), field, value.MapIndex(key), visit)
		}
	case reflect.Struct:
		for i := range value.NumField() {
			switch member := value.Type().Field(i); {
			case member.Anonymous && member.Type.Kind() == reflect.Struct:
				each(at, field, value.Field(i), visit)
			case Name(member) != "":
				each(at.Key(Name(member)), member, value.Field(i), visit)
			}
		}
	}
}

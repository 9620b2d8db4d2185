#!/bin/sh
# A counter that counts twice when replies are lost: the aws CLI sends its ADD again.
#
# contend asks for operations by a JSON object a line: see "contend help exec".

# member NAME prints the value of a member of $line, without quotes.
member() {
	rest=${line#*\""$1"\":}
	rest=${rest%%[,\}]*}
	rest=${rest#\"}
	echo "${rest%\"}"
}

# add AMOUNT adds to the counter.
add() {
	aws dynamodb update-item --table-name "$CONTEND_TABLE" --key "{\"id\":{\"S\":\"$counter\"}}" \
		--update-expression 'ADD #number :by' --expression-attribute-names '{"#number":"value"}' \
		--expression-attribute-values "{\":by\":{\"N\":\"$1\"}}" >&2
}

# value prints the counter's value.
value() {
	aws dynamodb get-item --table-name "$CONTEND_TABLE" --key "{\"id\":{\"S\":\"$counter\"}}" \
		--consistent-read --query Item.value.N --output text
}

while read -r line; do
	id=$(member id) counter=$(member counter) by=$(member by) end=applied value=null
	case $(member do) in
	hello) echo '{"ready":true}' && continue ;;
	bye) exit ;;
	increment) add "$by" || end=unknown ;;
	decrement) add "-$by" || end=unknown ;;
	read) value=$(value) || end=failed value=null ;;
	esac
	echo "{\"id\":$id,\"end\":\"$end\",\"value\":$value}"
done
